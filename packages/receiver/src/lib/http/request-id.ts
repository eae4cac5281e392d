import type { IncomingMessage, ServerResponse } from 'node:http'
import { createUploadId } from '../storage/upload-id.ts'

export const requestIdHeader = 'X-Request-Id'

/** A new id, where there is no exchange to take one from. */
export function createRequestId(): string {
  // Ulid's own asks the system for each of its 16 characters, which costs more than the rest of a refusal.
  return createUploadId()
}

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
  const given = response.getHeader(requestIdHeader)
  if (given !== undefined) return String(given)
  const sent = request.headers['x-request-id']
  const id = typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : createRequestId()
  response.setHeader(requestIdHeader, id)
  return id
}
