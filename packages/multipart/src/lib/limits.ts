import { parseError } from './errors.ts'

/** How much a body may have of everything. Passing one throws the error named; `Infinity` switches it off. */
export interface MultipartLimits {
  /** Parts of any kind. Default 1000. `too-many-parts`. */
  readonly maxParts: number
  /** Parts without a file name. Default 1000. `too-many-fields`. */
  readonly maxFields: number
  /** Parts with a file name. Default 1000. `too-many-files`. */
  readonly maxFiles: number
  /** Bytes in the body of a field. Default 1 MiB. `field-too-large`. */
  readonly maxFieldSize: number
  /** Bytes in the body of a file. Default `Infinity`: the parser keeps none of them. `file-too-large`. */
  readonly maxFileSize: number
  /** Bytes in the header block of a part. Default 16 KiB. `headers-too-large`. */
  readonly maxHeaderSize: number
  /** Lines in the header block of a part, continuation lines included. Default 32. `too-many-headers`. */
  readonly maxHeaders: number
  /** Bytes before the first delimiter. Default 64 KiB. `preamble-too-large`. */
  readonly maxPreambleSize: number
  /** Bytes after the close delimiter. Default 64 KiB. `epilogue-too-large`. */
  readonly maxEpilogueSize: number
}

const kib = 1024
const mib = 1024 * kib

/** The limits that hold where none are given. */
export const defaultMultipartLimits: MultipartLimits = {
  maxParts: 1000,
  maxFields: 1000,
  maxFiles: 1000,
  maxFieldSize: mib,
  maxFileSize: Infinity,
  maxHeaderSize: 16 * kib,
  maxHeaders: 32,
  maxPreambleSize: 64 * kib,
  maxEpilogueSize: 64 * kib,
}

/** The given limits completed by the default ones. Throws `limit-invalid`. */
export function completeLimits(given: Partial<MultipartLimits> = {}): MultipartLimits {
  const limits = { ...defaultMultipartLimits, ...given }
  for (const [name, limit] of Object.entries(limits)) {
    // Nothing is greater than NaN or undefined: it would switch the limit off.
    if (typeof limit !== 'number' || !(limit >= 0)) {
      throw parseError('limit-invalid', {
        attempted: `setting ${name}`,
        found: String(limit),
      })
    }
  }
  return limits
}
