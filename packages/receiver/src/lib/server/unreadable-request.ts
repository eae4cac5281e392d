import { once } from 'node:events'
import { maxHeaderSize, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { formatProblem, problemType } from '../http/problem.ts'
import type { ReceiverLog } from '../http/receiver-log.ts'
import { createRequestId, requestIdHeader } from '../http/request-id.ts'
import { abandon, isBegun } from '../http/turn.ts'
import { ReceiverError } from '../problem/errors.ts'

/** Milliseconds for the head of a request; the receiver watches the pace of bodies. */
export const headTimeoutMs = 30_000

// What a client has to take that answer. Its connection is open until then, as closing it with bytes unread would reset it.
const lastAnswerMs = 2_000

const refused = new WeakSet<Socket>()

/** Where something came that cannot be read. */
export interface UnreadableConnection {
  readonly socket: Socket
  readonly log: ReceiverLog
  /** The requests before it that have not been answered in full. */
  readonly before: readonly {
    readonly request: IncomingMessage
    readonly response: ServerResponse
  }[]
}

/**
 * Answers what Node.js cannot read as a request, and closes its connection. Nothing more is read of it. Requests before it whose
 * answer has been begun get that first; of those that came along with it nothing is done, and this is the answer.
 */
export function refuseUnreadable(
  failure: Error & { code?: string },
  { socket, log, before }: UnreadableConnection,
): void {
  // What failed in TLS has no way for an answer.
  if (!socket.writable || /^(?:ECONNRESET$|ERR_SSL_|ERR_TLS_)/.test(failure.code ?? '')) {
    socket.destroy()
    return
  }
  // A chunk that was on its way when the connection was paused: looking at it is all that it should cost.
  if (refused.has(socket)) return
  refused.add(socket)
  socket.pause()
  abandon(socket)
  const begun = before.filter(
    // One that is cut off by what cannot be read has no other answer than this.
    ({ request, response }) => isBegun(response) && (request.complete || response.headersSent),
  )
  void Promise.all(begun.map(({ response }) => once(response, 'close'))).then(() =>
    answer(toProblem(failure.code), { socket, log }),
  )
}

function answer(error: ReceiverError, { socket, log }: { socket: Socket; log: ReceiverLog }): void {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const body = formatProblem(error)
  const requestId = createRequestId()
  const { remoteAddress } = socket
  log.info({ requestId, outcome: error.code, remoteAddress, detail: error.message }, 'refused')
  socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\nConnection: close\r\n` +
      `${requestIdHeader}: ${requestId}\r\n` +
      `Content-Type: ${problemType}\r\nContent-Length: ${body.length}\r\n\r\n${body.toString()}`,
  )
  const timer = setTimeout(() => socket.destroy(), lastAnswerMs).unref()
  socket.once('close', () => clearTimeout(timer))
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
