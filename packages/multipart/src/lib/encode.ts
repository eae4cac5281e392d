import { assertPlainBoundary, createBoundary } from './boundary.ts'
import { encodeError } from './errors.ts'

/** A text field. */
export interface FieldPart {
  readonly name: string
  /** Sent as UTF-8, as it is: line breaks are not normalised. */
  readonly value: string
}

/** A file whose bytes the caller sends. */
export interface FilePart {
  readonly name: string
  readonly fileName: string
  /** The media type; `application/octet-stream` is sent where it is empty or not a media type. */
  readonly type: string
  /** In bytes: a whole number, exact. */
  readonly size: number
}

/** A body, ready to be sent. */
export interface EncodedMultipart<F extends FilePart> {
  /** The value of the Content-Type header, boundary included. */
  readonly contentType: string
  /** The exact length of the whole body, in bytes. */
  readonly contentLength: number
  /** In the order of sending: bytes to send as they are, or a file whose `size` bytes go here. */
  readonly segments: readonly (Uint8Array<ArrayBuffer> | F)[]
}

/** How to encode. */
export interface EncodeMultipartOptions {
  /** The boundary: 1 to 70 of `0-9 A-Z a-z ' + _ . -`. Default: `createBoundary()`. */
  readonly boundary?: string
}

const encoder = new TextEncoder()

/**
 * Encodes `parts`, in their order, as multipart/form-data with an exact length. Files are not read: they stand in
 * `segments` themselves. Lone surrogates are sent as U+FFFD. Throws `boundary-invalid` and `size-invalid`.
 */
export function encodeMultipart<F extends FilePart>(
  parts: readonly (FieldPart | F)[],
  options: EncodeMultipartOptions = {},
): EncodedMultipart<F> {
  const { boundary = createBoundary() } = options
  assertPlainBoundary(boundary)
  for (const part of parts) if (isFile(part)) assertSize(part.size)
  return formatMultipart(parts, boundary)
}

/**
 * The same without its checks, for those whose sizes are exact and whose boundary is `createBoundary()`'s, as by default: it
 * throws nothing, and a bundle leaves the errors out.
 */
export function formatMultipart<F extends FilePart>(
  parts: readonly (FieldPart | F)[],
  boundary: string = createBoundary(),
): EncodedMultipart<F> {
  const segments: (Uint8Array<ArrayBuffer> | F)[] = []
  let contentLength = 0
  let text = ''

  function flush(): void {
    const bytes = encoder.encode(text)
    segments.push(bytes)
    contentLength += bytes.length
    text = ''
  }

  for (const part of parts) {
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(part.name)}"`
    if (isFile(part)) {
      text += `; filename="${escapeName(part.fileName)}"\r\nContent-Type: ${formatType(part.type)}\r\n\r\n`
      flush()
      segments.push(part)
      contentLength += part.size
    } else {
      // The value goes as it is: normalising line breaks is what an HTML form does to a text box, and this is an API
      // whose caller chose the bytes. Fields carry no Content-Type [U-14].
      text += `\r\n\r\n${part.value}`
    }
    text += '\r\n'
  }
  text += `--${boundary}--\r\n`
  flush()
  return { contentType: `multipart/form-data; boundary=${boundary}`, contentLength, segments }
}

function isFile<F extends FilePart>(part: FieldPart | F): part is F {
  return 'fileName' in part
}

function assertSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw encodeError('size-invalid', { attempted: 'encoding a file', found: String(size) })
  }
}

/** [HTML §4.10.21.8]: these three, and nothing else, so that no name ends its line or its quotes [CVE-2026-12143]. */
function escapeName(name: string): string {
  return name.replace(/["\r\n]/g, encodeURIComponent)
}

const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?:[\t ]*;[\t\x20-\x7e]*)?$/

function formatType(type: string): string {
  return mediaType.test(type) ? type : 'application/octet-stream'
}
