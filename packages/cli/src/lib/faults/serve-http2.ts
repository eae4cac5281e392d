import {
  performServerHandshake,
  type ServerHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { Fault } from './fault.ts'
import { idleMs, nameOf, preflightHeader } from './read-requests.ts'

/** Speaks HTTP/2 with a client that has asked for it. */
export function serveHttp2(socket: TLSSocket, faults: ReadonlyMap<string, Fault>): void {
  const session = performServerHandshake(socket)
  session.on('error', () => undefined)
  session.setTimeout(idleMs, () => session.destroy())
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined)
    const fault = faults.get(nameOf(headers[':path']))
    if (headers[':method'] === 'OPTIONS') {
      answer(stream, 204, preflightHeader(headers['access-control-request-headers']))
    } else if (fault?.at === 'stream') {
      fault.meetStream(stream)
    } else {
      stream.resume().once('end', () => answer(stream, 404))
    }
  })
}

function answer(
  stream: ServerHttp2Stream,
  status: number,
  header: Record<string, string> = {},
): void {
  stream.respond(
    { ':status': status, 'access-control-allow-origin': '*', ...header },
    { endStream: true },
  )
}
