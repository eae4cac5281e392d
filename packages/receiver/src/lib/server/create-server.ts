import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import cors from '@fastify/cors'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { deferContinue } from '../http/expect-continue.ts'
import { sendProblem } from '../http/problem.ts'
import { createReceiver, type Receiver, type ReceiverOptions } from '../http/receiver.ts'
import { requestIdOf } from '../http/request-id.ts'
import { ReceiverError } from '../problem/errors.ts'
import { defaultLimits } from '../receive/limits.ts'
import { addConsolePages, builtConsoleFolder } from './console-pages.ts'
import { isLocalName, isLoopback } from './local-name.ts'
import { createServerLog, type ServerLog } from './server-log.ts'
import { headTimeoutMs, refuseUnreadable } from './unreadable-request.ts'

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

/** Makes the standalone developer server. It does not listen yet. */
export async function createServer(options: ServerOptions): Promise<UploadServer> {
  const {
    log: logOption = 'json',
    cors: origin = '*',
    consoleFolder = builtConsoleFolder,
    ...receiverOptions
  } = options
  const receiver = createReceiver({ ...receiverOptions, log: createServerLog(logOption) })
  // Until it is known where it listens, nobody but this machine is there.
  let local: { readonly name: string } | undefined = { name: 'localhost' }
  const handOver = handOverTo(receiver)
  const app = fastify({
    // Node's own would end a long upload.
    requestTimeout: 0,
    forceCloseConnections: true,
    // Node's own answer to a request without a Host is no problem document.
    http: { headersTimeout: headTimeoutMs, requireHostHeader: false },
    // An address that cannot be decoded is one that is not there; Fastify's own answer is no problem document.
    frameworkErrors: (_error, request, reply) => handOver(request, reply, ignore),
    clientErrorHandler: refuseUnreadable,
  })
  deferContinue(app.server)
  // [RFC 9110 §10.1.1] What is not understood may be ignored; Node's own answer is no problem document.
  app.server.on('checkExpectation', (request, response) =>
    app.server.emit('request', request, response),
  )
  // Whatever is asked for: the console's pages, and events, are as much of the server's origin as the files.
  app.addHook('onRequest', (request, reply, done) => {
    requestIdOf({ request: request.raw, response: reply.raw })
    const problem = findWrongHost(request.raw, options.publicUrl === undefined ? local : undefined)
    if (problem !== undefined) refuse(request, reply, problem)
    done()
  })
  await addConsolePages(app, { folder: consoleFolder })
  await addRoutes(app, { handOver, origin })

  return {
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      await options.storage.open()
      try {
        await app.listen({ port, host })
      } catch (cause) {
        throw listenError(cause, { port, host })
      }
      local = isLoopback(addressOf(app).address) ? { name: host } : undefined
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
      // The plugin would answer OPTIONS at every address.
      scope.addHook('onRequest', (request, reply, done) => {
        const isElsewhere = request.method === 'OPTIONS' && !/^\/upload(?:\?|$)/.test(request.url)
        if (isElsewhere) handOver(request, reply, done)
        else done()
      })
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

/** What is wrong with the Host of a request; `local` where it must be a name of this machine. */
function findWrongHost(
  { httpVersion, headers: { host } }: IncomingMessage,
  local: { readonly name: string } | undefined,
): ReceiverError | undefined {
  if (host === undefined) {
    // [RFC 9112 §3.2]
    return httpVersion === '1.1'
      ? new ReceiverError('malformed', 'Reading the request: it has no Host')
      : undefined
  }
  if (local === undefined || isLocalName(host, local.name)) return undefined
  return new ReceiverError(
    'misdirected',
    `Asking ${JSON.stringify(host)}: this server is for this machine alone, at its address or localhost`,
  )
}

function refuse(request: FastifyRequest, reply: FastifyReply, problem: ReceiverError): void {
  reply.hijack()
  void sendProblem({ request: request.raw, response: reply.raw }, problem, defaultLimits)
}

function ignore(): void {}

function unreachable(): never {
  throw new Error('a request that was handed over came back')
}

function listening(app: FastifyInstance, host: string): Listening {
  const address = addressOf(app)
  return { url: `http://${urlHost(address)}:${address.port}`, port: address.port, host }
}

function addressOf(app: FastifyInstance): AddressInfo {
  const address = app.server.address()
  if (address === null || typeof address === 'string')
    throw new Error('the server listens at no port')
  return address
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
