import { parseDisposition } from './disposition.ts'
import { type MultipartError, parseError, type ParseErrorCode } from './errors.ts'

/** What a part says about itself. */
export interface PartHeader {
  /** The name of the form field. */
  readonly name: string
  /**
   * The name of the file as sent, paths included; undefined for a field, `''` for a file without a name or a file input
   * in which nothing was chosen.
   */
  readonly fileName: string | undefined
  /** The part's Content-Type as sent; undefined without one. */
  readonly type: string | undefined
  /** The number of the part in the body, from 0. */
  readonly index: number
}

/** Where a part header stands, and how many lines it may have. */
export interface PartHeaderContext {
  readonly index: number
  /** The offset of the header in the body, in bytes. */
  readonly offset: number
  readonly maxHeaders: number
}

// What nearly every part of every client looks like. No class contains what ends it, so there is nothing to backtrack.
const ordinary =
  /^Content-Disposition: form-data; name="([^"\\%\r\n\0]*)"(?:; filename="([^"\\%\r\n\0]*)")?(?:\r\nContent-Type: ([^\s\0]+))?$/

/** The lines of an ordinary header block, at most. */
const ordinaryLines = 2

/**
 * Reads a part's header block, without the empty line that ends it; undefined stands for one that is not UTF-8. Throws
 * the `header-…` and `disposition-…` errors, `name-missing`, `transfer-encoding-unsupported` and `too-many-headers`.
 */
export function parsePartHeader(block: string | undefined, context: PartHeaderContext): PartHeader {
  const { index } = context
  if (block === undefined) throw failure('header-encoding', undefined, context)
  const match = context.maxHeaders >= ordinaryLines ? ordinary.exec(block) : null
  if (match?.[1] !== undefined) {
    return { name: match[1], fileName: match[2], type: match[3], index }
  }
  const headers = parseHeaders(block, context)
  if (headers.disposition === undefined) throw failure('disposition-missing', block, context)
  const encoding = headers.transferEncoding
  // Storing the encoded bytes as if they were the file would be wrong [RFC 7578 §4.7].
  if (encoding !== undefined && !/^(?:7bit|8bit|binary)$/i.test(encoding)) {
    throw failure('transfer-encoding-unsupported', encoding, context)
  }
  const disposition = parseDisposition(headers.disposition)
  if (typeof disposition === 'string') throw failure(disposition, headers.disposition, context)
  const { name, fileName } = disposition
  return { name, fileName, type: headers.type, index }
}

interface Headers {
  disposition?: string
  type?: string
  transferEncoding?: string
}

const keys: ReadonlyMap<string, keyof Headers> = new Map([
  ['content-disposition', 'disposition'],
  ['content-type', 'type'],
  ['content-transfer-encoding', 'transferEncoding'],
])

function parseHeaders(block: string, context: PartHeaderContext): Headers {
  if (block.includes('\0')) throw failure('header-nul', block, context)
  const headers: Headers = {}
  const lines = block.split('\r\n')
  if (lines.length > context.maxHeaders) {
    throw parseError('too-many-headers', {
      attempted: 'reading the header',
      part: context.index,
      offset: context.offset,
      limit: context.maxHeaders,
    })
  }
  for (const line of unfold(lines)) {
    // Where a line ends must not depend on who reads it.
    if (/[\r\n]/.test(line)) throw failure('header-line-break', line, context)
    const colon = line.indexOf(':')
    if (colon < 0) throw failure('header-colon-missing', line, context)
    const name = line.slice(0, colon)
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw failure('header-name-invalid', line, context)
    const key = keys.get(name.toLowerCase())
    if (key === undefined) continue
    if (headers[key] !== undefined) throw failure('header-duplicate', line, context)
    headers[key] = line.slice(colon + 1).trim()
  }
  return headers
}

/** [RFC 5322 §2.2.3]: a line that begins with white space continues the one before it. */
function unfold(lines: readonly string[]): string[] {
  const unfolded: string[] = []
  for (const line of lines) {
    const isContinuation = line.startsWith(' ') || line.startsWith('\t')
    const previous = isContinuation ? unfolded.pop() : undefined
    unfolded.push((previous ?? '') + line)
  }
  return unfolded
}

function failure(
  code: ParseErrorCode,
  found: string | undefined,
  { index, offset }: PartHeaderContext,
): MultipartError {
  return parseError(code, { attempted: 'reading the header', part: index, offset, found })
}
