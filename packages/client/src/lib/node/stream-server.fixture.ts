import {
  createSecureServer,
  type IncomingHttpHeaders,
  type Http2Session,
  type ServerHttp2Stream,
  type Settings,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { createWx, type NodeWx, type NodeWxConfig } from '../../node.ts'
import { createCertificate } from './certificate.fixture.ts'

/** One request as it came by HTTP/2, and as far as it has come. */
export interface StreamExchange {
  readonly stream: ServerHttp2Stream
  readonly session: Http2Session
  /** What the session speaks on. */
  readonly socket: Socket
  readonly headers: IncomingHttpHeaders
  bodyBytes: number
}

/** What a server does with what it receives. */
export interface StreamServerOptions {
  readonly settings?: Settings
  /** When the head has come. Default: reads on. */
  readonly onHead?: (exchange: StreamExchange) => void
  /** When all has come. Default: answers 200 `ok`. */
  readonly onWhole?: (exchange: StreamExchange) => void
}

/** A server that speaks HTTP/2 on a loopback port and does to its streams whatever a test wants. */
export interface StreamServer {
  /** `https://127.0.0.1:port/upload` */
  readonly url: string
  /** In PEM. */
  readonly cert: string
  /** A `wx` that trusts it. */
  readonly createWx: (config?: NodeWxConfig) => NodeWx
  /** Every connection there was, the oldest first. */
  readonly sockets: readonly TLSSocket[]
  /** Every request there was, the oldest first. */
  readonly exchanges: readonly StreamExchange[]
  /** Connections that are open now. */
  openCount(): number
}

/** Starts a server that is gone, with its connections, when the test is over. */
export async function startStreamServer({
  settings = {},
  onHead = () => undefined,
  onWhole = answerOk,
}: StreamServerOptions = {}): Promise<StreamServer> {
  const certificate = await createCertificate()
  const sockets: TLSSocket[] = []
  const bare = new Map<Http2Session, Socket>()
  const exchanges: StreamExchange[] = []
  let openCount = 0
  const server = createSecureServer({ ...certificate, settings, allowHTTP1: true })
  // Before there is a session on it.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    sockets.push(socket)
    openCount += 1
    socket.on('close', () => (openCount -= 1))
    // A client that goes away is what many tests are about.
    socket.on('error', () => undefined)
  })
  server.on('session', (session) => {
    const socket = sockets.at(-1)
    if (socket) bare.set(session, socket)
    session.on('error', () => undefined)
  })
  server.on('sessionError', () => undefined)
  server.on('request', (req, res) => void req.resume().once('end', () => res.end('by HTTP/1.1')))
  // Those of HTTP/2 are the test's alone.
  server.removeAllListeners('stream')
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined)
    const { session } = stream
    const socket = session && bare.get(session)
    if (!session || !socket) return
    const exchange = { stream, session, socket, headers, bodyBytes: 0 }
    exchanges.push(exchange)
    stream.on('data', (chunk: Buffer) => (exchange.bodyBytes += chunk.length))
    stream.once('end', () => {
      if (!stream.closed) onWhole(exchange)
    })
    onHead(exchange)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${port}/upload`,
    cert: certificate.cert,
    createWx: (config = {}) => createWx({ ca: certificate.cert, ...config }),
    sockets,
    exchanges,
    openCount: () => openCount,
  }
}

/** Answers 200 `ok`. */
export function answerOk({ stream }: Pick<StreamExchange, 'stream'>): void {
  stream.respond({ ':status': 200 })
  stream.end('ok')
}
