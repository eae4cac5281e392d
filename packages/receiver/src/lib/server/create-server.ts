import type { IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import cors from '@fastify/cors'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { deferContinue } from '../http/expect-continue.ts'
import { formatProblem, problemType, sendProblem } from '../http/problem.ts'
import { createReceiver, type Receiver, type ReceiverOptions } from '../http/receiver.ts'
import { requestIdOf } from '../http/request-id.ts'
import { ReceiverError } from '../problem/errors.ts'
import { defaultLimits } from '../receive/limits.ts'
import { addConsolePages, builtConsoleFolder } from './console-pages.ts'
import { isLocalName, isLoopback } from './local-name.ts'
import { createServerLog, type ServerLog } from './server-log.ts'

/** Options of {@link createServer}. */
export interface ServerOptions extends Omit<ReceiverOptions, 'log' | 'basePath'> {
  /** Default `'json'`. */
  readonly log?: ServerLog
  /**
   * The origins whose web pages may upload, or `false` for none. Default `'*'`, any. It holds for `/upload` alone: a page
   * that somebody happens to open can neither list, nor read, nor remove what is here.
   */
  readonly cors?: string | readonly string[] | false
  /**
   * The folder of the console's built files. Default: where this package has them.
   * @internal
   */
  readonly consoleFolder?: string
}

/** Where to listen. */
export interface ListenOptions {
  /** Default 0: a free port that the system chooses. */
  readonly port?: number
  /** Default `127.0.0.1`: this machine alone. `0.0.0.0` or `::` for every network it is in. */
  readonly host?: string
}

/** Where a server listens. */
export interface Listening {
  /** The url to reach it from this machine, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly host: string
}

/** A server of its own around the receiver. */
export interface UploadServer {
  /**
   * Opens the storage and begins to listen. Rejects with a `ReceiverError` when the storage cannot be opened, and with an
   * Error that keeps the system's `code`, such as `EADDRINUSE`, when it cannot listen.
   */
  listen(options?: ListenOptions): Promise<Listening>
  /** Ends what is under way and stops. What was answered is stored. */
  close(): Promise<void>
}

// The receiver watches the pace of bodies; a request's head has this long.
const headTimeoutMs = 30_000

/** Makes the standalone developer server. It does not listen yet. */
export async function createServer(options: ServerOptions): Promise<UploadServer> {
  const {
    log: logOption = 'json',
    cors: origin = '*',
    consoleFolder = builtConsoleFolder,
    ...receiverOptions
  } = options
  const receiver = createReceiver({ ...receiverOptions, log: createServerLog(logOption) })
  let isLocal = false
  const handOver = handOverTo(receiver)
  const app = fastify({
    // Node's own would end a long upload.
    requestTimeout: 0,
    forceCloseConnections: true,
    http: { headersTimeout: headTimeoutMs },
    // An address that cannot be decoded is one that is not there; Fastify's own answer is no problem document.
    frameworkErrors: (_error, request, reply) => handOver(request, reply, ignore),
    clientErrorHandler: refuseUnreadable,
  })
  deferContinue(app.server)
  // Whatever is asked for: the console's pages, and events, are as much of the server's origin as the files.
  app.addHook('onRequest', (request, reply, done) => {
    requestIdOf({ request: request.raw, response: reply.raw })
    const { host } = request.headers
    if (isLocal && options.publicUrl === undefined && host !== undefined && !isLocalName(host))
      refuseName(request, reply)
    done()
  })
  await addConsolePages(app, { folder: consoleFolder })
  await addRoutes(app, { handOver, origin })

  return {
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      await options.storage.open()
      isLocal = isLoopback(host)
      try {
        await app.listen({ port, host })
      } catch (cause) {
        throw listenError(cause, { port, host })
      }
      return listening(app, host)
    },
    async close() {
      await receiver.close()
      await app.close()
    },
  }
}

async function addRoutes(
  app: FastifyInstance,
  { handOver, origin }: { handOver: HandOver; origin: Exclude<ServerOptions['cors'], undefined> },
): Promise<void> {
  // The receiver reads bodies itself: Fastify hands over before it would.
  const handedOver = { onRequest: handOver, handler: unreachable }
  // OPTIONS, where no page of another origin may upload, and methods that Fastify does not know.
  app.setNotFoundHandler((request, reply) => handOver(request, reply, ignore))
  app.setErrorHandler((_error, request, reply) => handOver(request, reply, ignore))
  app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'], url: '/*', ...handedOver })
  await app.register(async (scope) => {
    if (origin !== false) {
      await scope.register(cors, {
        origin: typeof origin === 'string' ? origin : [...origin],
        methods: ['POST'],
      })
    }
    scope.post('/upload', handedOver)
  })
}

type HandOver = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

function handOverTo(receiver: Receiver): HandOver {
  return (request, reply, done) => {
    reply.hijack()
    // What plugins have set on the reply is lost with it otherwise.
    for (const [name, value] of Object.entries(reply.getHeaders())) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    receiver(request.raw, reply.raw)
    done()
  }
}

function refuseName(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack()
  const exchange = { request: request.raw, response: reply.raw }
  void sendProblem(exchange, misdirected(request.raw), defaultLimits)
}

function misdirected(request: IncomingMessage): ReceiverError {
  return new ReceiverError(
    'misdirected',
    `Asking ${JSON.stringify(request.headers.host)}: this server is for this machine alone, at its address or localhost`,
  )
}

/** What Node.js cannot read as HTTP has no request to answer. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const body = formatProblem(
    new ReceiverError('malformed', `Reading the request: it is not HTTP (${error.code})`),
  )
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: ${problemType}\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body.toString()}`,
  )
}

function ignore(): void {}

function unreachable(): never {
  throw new Error('a request that was handed over came back')
}

function listening(app: FastifyInstance, host: string): Listening {
  const address = app.server.address()
  if (address === null || typeof address === 'string')
    throw new Error('the server listens at no port')
  return { url: `http://${urlHost(address)}:${address.port}`, port: address.port, host }
}

function urlHost({ address, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1'
  return family === 'IPv6' ? `[${address}]` : address
}

function listenError(cause: unknown, { port, host }: Required<ListenOptions>): Error {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const found = code === 'EADDRINUSE' ? 'the port is in use' : String(cause)
  return Object.assign(new Error(`Listening on ${host}:${port} failed: ${found}`, { cause }), {
    code,
  })
}
