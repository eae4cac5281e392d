import { maxHeaderSize, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { formatProblem, problemType } from '../http/problem.ts'
import type { ReceiverLog } from '../http/receiver-log.ts'
import { createRequestId, requestIdHeader } from '../http/request-id.ts'
import { ReceiverError } from '../problem/errors.ts'

/** Milliseconds for the head of a request; the receiver watches the pace of bodies. */
export const headTimeoutMs = 30_000

/** Answers what Node.js cannot read as a request, and closes its connection. */
export function refuseUnreadable(
  failure: Error & { code?: string },
  { socket, log }: { socket: Socket; log: ReceiverLog },
): void {
  // What failed in TLS has no way for an answer.
  if (!socket.writable || /^(?:ECONNRESET$|ERR_SSL_|ERR_TLS_)/.test(failure.code ?? '')) {
    socket.destroy()
    return
  }
  const error = toProblem(failure.code)
  const body = formatProblem(error)
  const requestId = createRequestId()
  const { remoteAddress } = socket
  log.info({ requestId, outcome: error.code, remoteAddress, detail: error.message }, 'refused')
  socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\nConnection: close\r\n` +
      `${requestIdHeader}: ${requestId}\r\n` +
      `Content-Type: ${problemType}\r\nContent-Length: ${body.length}\r\n\r\n${body.toString()}`,
  )
}

function toProblem(code = 'no code'): ReceiverError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ReceiverError(
        'limit-exceeded',
        `Reading the request: its head is larger than ${maxHeaderSize} bytes`,
      )
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ReceiverError(
        'too-slow',
        `Reading the request: its head took longer than ${headTimeoutMs / 1000} s`,
      )
    default:
      return new ReceiverError('malformed', `Reading the request: it is not HTTP (${code})`)
  }
}
