import type { IncomingMessage, ServerResponse } from 'node:http'
import { ReceiverError } from '../problem/errors.ts'
import { answerAndLinger, type LingerLimits } from './linger.ts'

export const problemType: string = 'application/problem+json; charset=utf-8'
const typePrefix = 'urn:wx-upload:problem:'

/** What anything thrown is to a client: what is not a ReceiverError is `internal`, and its message stays here. */
export function toReceiverError(error: unknown): ReceiverError {
  if (error instanceof ReceiverError) return error
  return new ReceiverError('internal', 'The server failed; its log says why', { cause: error })
}

/** Answers with a problem document [RFC 9457], so that a client that still sends hears it; resolves when it has. */
export async function sendProblem(
  exchange: { request: IncomingMessage; response: ServerResponse },
  error: ReceiverError,
  limits: LingerLimits,
): Promise<void> {
  const { request, response } = exchange
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const body = formatProblem(error)
  response.statusCode = error.status
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value)
  response.setHeader('Content-Type', problemType)
  response.setHeader('Content-Length', body.length)
  response.setHeader('X-Content-Type-Options', 'nosniff')
  await answerAndLinger({ request, response }, body, limits)
}

/** The problem document of an error [RFC 9457]. */
export function formatProblem(error: ReceiverError): Buffer {
  const { code, status, title, limit } = error
  const detail = code === 'internal' ? undefined : error.message
  return Buffer.from(JSON.stringify({ type: typePrefix + code, title, status, detail, limit }))
}
