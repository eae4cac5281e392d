import type { IncomingMessage, ServerResponse } from 'node:http'
import { ulid } from 'ulid'

const header = 'X-Request-Id'

/**
 * The id of an exchange, which its answer carries: the one that the host has set on the answer, else the client's own,
 * where that is 1 to 64 of `A-Z`, `a-z`, `0-9`, `_` and `-`, else a new one.
 */
export function requestIdOf({
  request,
  response,
}: {
  request: IncomingMessage
  response: ServerResponse
}): string {
  const given = response.getHeader(header)
  if (given !== undefined) return String(given)
  const sent = request.headers['x-request-id']
  const id = typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : ulid()
  response.setHeader(header, id)
  return id
}
