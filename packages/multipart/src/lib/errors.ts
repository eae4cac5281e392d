/** Every way in which encoding can fail, and what it means. A program that parses nothing leaves the other table out. */
const encodeFailures = {
  'boundary-invalid': 'the boundary is malformed',
  'size-invalid': 'the size of a file is not a whole number of at least 0',
} as const

/** Every way in which parsing can fail, and what it means. */
const parseFailures = {
  'not-multipart': 'the Content-Type is not multipart/form-data',
  'boundary-missing': 'the Content-Type has no boundary parameter',
  'boundary-duplicate': 'the Content-Type has more than one boundary parameter',
  'delimiter-invalid': 'a delimiter is followed by something other than "--" or a line break',
  'header-line-break': 'a header line does not end in CR LF',
  'header-nul': 'the part header contains a NUL',
  'header-encoding': 'the part header is not UTF-8',
  'header-colon-missing': 'a header line has no colon',
  'header-name-invalid': 'a header line has no valid name',
  'header-duplicate': 'a header that may occur once occurs twice',
  'disposition-missing': 'the part has no Content-Disposition',
  'disposition-unsupported': 'the Content-Disposition is not form-data',
  'disposition-malformed': 'the Content-Disposition is malformed',
  'name-missing': 'the Content-Disposition has no name',
  'transfer-encoding-unsupported': 'the Content-Transfer-Encoding is not 7bit, 8bit or binary',
  'body-missing': 'a delimiter follows the part header where the body should begin',
  'unexpected-end': 'the body ends before its close delimiter',
  'write-after-end': 'a chunk was written after the end',
  'limit-invalid': 'a limit is not a number of at least 0',
  'too-many-parts': 'there are more parts than allowed',
  'too-many-fields': 'there are more fields than allowed',
  'too-many-files': 'there are more files than allowed',
  'field-too-large': 'a field is larger than allowed',
  'file-too-large': 'a file is larger than allowed',
  'headers-too-large': 'a part header is larger than allowed',
  'too-many-headers': 'a part header has more lines than allowed',
  'padding-too-large': 'the white space after a delimiter is longer than allowed',
  'preamble-too-large': 'the preamble is larger than allowed',
  'epilogue-too-large': 'the epilogue is larger than allowed',
} as const

/** What went wrong: one code for each kind of malformed input, one for each limit. */
export type MultipartErrorCode = keyof typeof encodeFailures | ParseErrorCode

/** What can go wrong in parsing alone. */
export type ParseErrorCode = keyof typeof parseFailures

/** Where and on what an error was met. */
export interface MultipartErrorDetails {
  /** What was being done, as a clause: `reading the part header`. */
  readonly attempted: string
  /** What was there instead, quoted and shortened in the message. */
  readonly found?: string | undefined
  /** The index of the part, from 0. */
  readonly part?: number
  /** The offset into the body, in bytes. */
  readonly offset?: number
  /** The limit that was passed, in bytes or as a count. */
  readonly limit?: number
  readonly cause?: unknown
}

const longestQuote = 80

/** The one error of this package; `code` is stable, the message is for people. */
export class MultipartError extends Error {
  readonly code: MultipartErrorCode
  /** The limit that was passed, in bytes or as a count; undefined where none was. */
  readonly limit: number | undefined
  /** The index of the part that was being read, from 0; undefined outside of parts. */
  readonly part: number | undefined
  /** The offset into the body, in bytes; undefined where no body was being read. */
  readonly offset: number | undefined

  constructor(code: MultipartErrorCode, message: string, details: Partial<MultipartErrorDetails>) {
    super(message, { cause: details.cause })
    this.name = 'MultipartError'
    this.code = code
    this.limit = details.limit
    this.part = details.part
    this.offset = details.offset
  }
}

/** The error of an encoder; of a parser too, where it shares the code. */
export function encodeError(
  code: keyof typeof encodeFailures,
  { attempted, found }: { readonly attempted: string; readonly found: string },
): MultipartError {
  return new MultipartError(
    code,
    `${attempted}: ${encodeFailures[code]}: found ${quote(found)}`,
    {},
  )
}

/** The error of a parser. */
export function parseError(code: ParseErrorCode, details: MultipartErrorDetails): MultipartError {
  const { attempted, found, part, offset, limit } = details
  const where = [
    ...(part === undefined ? [] : [` of part ${part}`]),
    ...(offset === undefined ? [] : [` at byte ${offset}`]),
  ].join('')
  const allowed = limit === undefined ? '' : ` (limit ${limit})`
  const evidence = found === undefined ? '' : `: found ${quote(found)}`
  const message = `${attempted}${where}: ${parseFailures[code]}${allowed}${evidence}`
  return new MultipartError(code, message, details)
}

function quote(text: string): string {
  return text.length > longestQuote
    ? `${JSON.stringify(text.slice(0, longestQuote))}…`
    : JSON.stringify(text)
}
