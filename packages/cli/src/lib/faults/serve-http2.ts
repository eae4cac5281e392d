import {
  performServerHandshake,
  type ServerHttp2Stream,
  type IncomingHttpHeaders,
  type Settings,
} from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { Fault } from './fault.ts'
import { idleMs, nameOf, preflightHeader } from './read-requests.ts'

/** Speaks HTTP/2 with a client that has asked for it, and hands each stream to its fault. */
export function serveHttp2(socket: TLSSocket, faults: ReadonlyMap<string, Fault>): void {
  serveStreams(socket, {
    meet(stream, headers) {
      const fault = faults.get(nameOf(headers[':path']))
      if (fault?.at === 'stream') fault.meetStream(stream, socket)
      else stream.resume().once('end', () => answer(stream, 404))
    },
  })
}

/** Speaks HTTP/2, as these settings say, and hands over the streams that are no questions of a browser's. */
export function serveStreams(
  socket: TLSSocket,
  {
    settings = {},
    meet,
  }: {
    settings?: Settings
    meet: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void
  },
): void {
  const session = performServerHandshake(socket, { settings })
  session.on('error', () => undefined)
  session.setTimeout(idleMs, () => session.destroy())
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined)
    if (headers[':method'] === 'OPTIONS') {
      answer(stream, 204, preflightHeader(headers['access-control-request-headers']))
    } else {
      meet(stream, headers)
    }
  })
}

/** Acts when all has come; a client that has left does not see it. */
export function afterStream(stream: ServerHttp2Stream, act: () => void): void {
  stream.resume().once('end', () => {
    if (!stream.closed) act()
  })
}

/** Answers when all has come. */
export function respondAfter(stream: ServerHttp2Stream, text: string): void {
  afterStream(stream, () => respond(stream).end(text))
}

/** Sends the head of an answer. Pages of any origin may read it. */
export function respond(stream: ServerHttp2Stream, status = 200): ServerHttp2Stream {
  stream.respond({
    ':status': status,
    'access-control-allow-origin': '*',
    'content-type': 'text/plain',
  })
  return stream
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
