import { assertBoundary } from './boundary.ts'
import { encodeError, parseError } from './errors.ts'
import { parseParameters } from './parameters.ts'

const attempted = 'reading the Content-Type'

/**
 * The boundary that a request's Content-Type names. Throws `not-multipart`, for other multipart types too,
 * `boundary-missing`, `boundary-duplicate` and `boundary-invalid`.
 */
export function parseBoundary(contentType: string | undefined): string {
  const found = contentType ?? ''
  const type = /^[\t ]*multipart\/form-data[\t ]*(?=;|$)/i.exec(found)
  if (type === null) throw parseError('not-multipart', { attempted, found })
  const parameters = parseParameters(found, type[0].length)
  if (parameters === undefined) throw encodeError('boundary-invalid', { attempted, found })
  const [first, second] = parameters.filter(({ name }) => name === 'boundary')
  if (first === undefined) throw parseError('boundary-missing', { attempted, found })
  // Which of two would count differs between parsers, so whoever checks a body might read another than whoever stores it.
  if (second !== undefined) throw parseError('boundary-duplicate', { attempted, found })
  const boundary = first.quoted ? first.raw.replaceAll(/\\([^])/g, '$1') : first.raw
  assertBoundary(boundary, attempted)
  return boundary
}
