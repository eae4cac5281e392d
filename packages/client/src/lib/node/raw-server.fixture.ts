import net, { type AddressInfo, type Socket } from 'node:net'
import tls from 'node:tls'
import { onTestFinished } from 'vitest'

/** One request as it came over a connection. */
export interface Exchange {
  readonly socket: Socket
  /** Request line and header fields as they came. */
  readonly head: string
  readonly contentLength: number
  /** What has come of the body so far, in bytes. */
  bodyBytes: number
  /** The body's bytes; left empty with `keepBodies: false`. */
  readonly chunks: Buffer[]
}

/** What a server does with what it receives. */
export interface RawServerOptions {
  readonly onConnection?: (socket: Socket) => void
  /** Default: says `100 Continue` to who asks for it. */
  readonly onHead?: (exchange: Exchange) => void
  /** When as many bytes have come as Content-Length says. Default: answers 200 `ok`. */
  readonly onWhole?: (exchange: Exchange) => void
  /** Default true. */
  readonly keepBodies?: boolean
  readonly tls?: tls.TlsOptions
  /** Default 127.0.0.1. */
  readonly host?: string
}

/** A server on a loopback port that does to its connections whatever a test wants. */
export interface RawServer {
  /** `http://127.0.0.1:port/upload`, or `https:` */
  readonly url: string
  readonly port: number
  /** Every connection there was, the oldest first. */
  readonly sockets: readonly Socket[]
  /** Every request there was, the oldest first. */
  readonly exchanges: readonly Exchange[]
  /** Connections that are open now. */
  openCount(): number
}

export const okResponse = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
export const continueResponse = 'HTTP/1.1 100 Continue\r\n\r\n'

/** Starts a server that is gone, with its connections, when the test is over. */
export async function startRawServer(options: RawServerOptions = {}): Promise<RawServer> {
  const sockets: Socket[] = []
  const exchanges: Exchange[] = []
  let openCount = 0

  function onConnection(socket: Socket): void {
    sockets.push(socket)
    openCount += 1
    socket.on('close', () => (openCount -= 1))
    // A client that goes away is what many tests are about.
    socket.on('error', () => undefined)
    options.onConnection?.(socket)
    readRequests(socket, options, exchanges)
  }

  const server = options.tls
    ? tls.createServer(options.tls, onConnection).on('tlsClientError', () => undefined)
    : net.createServer(onConnection)
  const host = options.host ?? '127.0.0.1'
  await new Promise<void>((resolve) => void server.listen(0, host, resolve))
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => void server.close(resolve))
  })
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo
  const scheme = options.tls ? 'https' : 'http'
  return {
    url: `${scheme}://${host}:${port}/upload`,
    port,
    sockets,
    exchanges,
    openCount: () => openCount,
  }
}

function readRequests(socket: Socket, options: RawServerOptions, exchanges: Exchange[]): void {
  const { onHead = answerContinue, onWhole = answerOk, keepBodies = true } = options
  let unread = Buffer.alloc(0)
  let exchange: Exchange | undefined

  function addBody(chunk: Buffer): void {
    if (!exchange) return
    exchange.bodyBytes += chunk.length
    if (keepBodies) exchange.chunks.push(chunk)
    if (exchange.bodyBytes < exchange.contentLength) return
    const whole = exchange
    exchange = undefined
    onWhole(whole)
  }

  socket.on('data', (chunk: Buffer) => {
    if (exchange) return addBody(chunk)
    unread = Buffer.concat([unread, chunk])
    const headLength = unread.indexOf('\r\n\r\n')
    if (headLength < 0) return
    const head = unread.toString('latin1', 0, headLength)
    const body = unread.subarray(headLength + 4)
    unread = Buffer.alloc(0)
    exchange = {
      socket,
      head,
      contentLength: Number(/^content-length: (\d+)$/im.exec(head)?.[1]),
      bodyBytes: 0,
      chunks: [],
    }
    exchanges.push(exchange)
    onHead(exchange)
    addBody(body)
  })
}

/** Answers 200 `ok`. */
export function answerOk({ socket }: Pick<Exchange, 'socket'>): void {
  socket.write(okResponse)
}

/** Says `100 Continue` to a client that asks for it. */
export function answerContinue({ socket, head }: Pick<Exchange, 'socket' | 'head'>): void {
  if (/^expect: 100-continue$/im.test(head)) socket.write(continueResponse)
}
