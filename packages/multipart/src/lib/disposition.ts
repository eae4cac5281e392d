import type { ParseErrorCode } from './errors.ts'
import { parseParameters, type Parameter } from './parameters.ts'

/** What a Content-Disposition says. */
export interface Disposition {
  readonly name: string
  readonly fileName: string | undefined
}

/** Reads the value of a part's Content-Disposition; the code of the error where it is not a form-data one. */
export function parseDisposition(value: string): Disposition | ParseErrorCode {
  const type = /^form-data[\t ]*(?=;|$)/i.exec(value)
  if (type === null) return 'disposition-unsupported'
  const parameters = parseParameters(value, type[0].length)
  if (parameters === undefined) return 'disposition-malformed'
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
  // Of two names, some parsers take the first and some the last.
  if (byName.size < parameters.length) return 'disposition-malformed'
  // A name in pieces [RFC 2231 §3] is put together by some parsers and not seen by others.
  if (parameters.some(({ name }) => /^(?:file)?name\*\d/.test(name))) return 'disposition-malformed'
  const name = readName(byName, 'name')
  const fileName = readName(byName, 'filename')
  if (name === undefined) return byName.has('name*') ? 'disposition-malformed' : 'name-missing'
  if (fileName === undefined && byName.has('filename*')) return 'disposition-malformed'
  return { name, fileName }
}

/** The extended form where it can be read, else the plain one; undefined where there is neither. */
function readName(parameters: ReadonlyMap<string, Parameter>, name: string): string | undefined {
  const extended = parameters.get(`${name}*`)
  const decoded = extended === undefined ? undefined : decodeExtended(extended.raw)
  if (decoded !== undefined) return decoded
  const plain = parameters.get(name)
  if (plain === undefined) return undefined
  // Only these two are escapes: old browsers send `C:\folder\file` as it is.
  return undoPercent(plain.quoted ? plain.raw.replaceAll(/\\(["\\])/g, '$1') : plain.raw)
}

const percent =
  /%(?:22|0[DA]|[CD][\dA-F]%[89AB][\dA-F]|E[\dA-F](?:%[89AB][\dA-F]){2}|F[0-4](?:%[89AB][\dA-F]){3})/gi

/** what browsers escape, and what phones do: characters beyond ASCII as their UTF-8. Any other `%` stays. */
function undoPercent(text: string): string {
  if (!text.includes('%')) return text
  return text.replaceAll(percent, (sequence) => decodePercent(sequence) ?? sequence)
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    // Surrogates, overlong forms and bytes that are not UTF-8.
    return undefined
  }
}

/** [RFC 8187 §3.2.1]; undefined where it is malformed, of another character set, or has a NUL. */
function decodeExtended(raw: string): string | undefined {
  const match = /^(utf-8|iso-8859-1)'[\w-]*'((?:[\w!#$&+.^`|~-]|%[\dA-F]{2})*)$/i.exec(raw)
  if (match === null) return undefined
  const [, charset = '', text = ''] = match
  const decoded =
    charset.toLowerCase() === 'utf-8'
      ? decodePercent(text)
      : text.replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  // As in any other header, so that no name is cut short where a NUL ends a string.
  return decoded?.includes('\0') === true ? undefined : decoded
}
