import type { HeadersReceived } from './api.ts'

/**
 * The header of a response as the API hands it out: names as they came on the wire, the first spelling of
 * repeated ones, values joined with `, `; each Set-Cookie also by itself. [U-24]
 */
export function toHeadersReceived(
  statusCode: number,
  fields: Iterable<readonly [name: string, value: string]>,
): HeadersReceived {
  const joined = new Map<string, [name: string, value: string]>()
  const cookies: string[] = []
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    if (key === 'set-cookie') cookies.push(value)
    const known = joined.get(key)
    if (known) known[1] += `, ${value}`
    else joined.set(key, [name, value])
  }
  return { header: Object.fromEntries(joined.values()), statusCode, cookies }
}
