import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import cors from '@fastify/cors'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { sendProblem } from '../http/problem.ts'
import { createReceiver, type Receiver, type ReceiverOptions } from '../http/receiver.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { CloseOptions } from '../http/stopping.ts'
import type { ReceiverError } from '../problem/errors.ts'
import { defaultLimits } from '../receive/limits.ts'
import type { TlsOptions } from './certificate.ts'
import { defaultMaxConnections } from './connections.ts'
import { addConsolePages, builtConsoleFolder } from './console-pages.ts'
import { HttpServers } from './http-servers.ts'
import { isLoopback } from './local-name.ts'
import { createServerLog, type ServerLog } from './server-log.ts'
import { findWrongHost, type OwnNames } from './wrong-host.ts'

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
   * The certificate and its key, in PEM, for HTTPS: HTTP/2, and HTTP/1.1 to who does not speak it. Default none, which is plain
   * HTTP/1.1. Rejects with a `CertificateError` for one that cannot be used.
   */
  readonly tls?: TlsOptions
  /**
   * Connections at once. One more takes the place of the one that has been idle longest, and is closed where all have a request.
   * Default 10,000, or half of the descriptors that the process may open where those are fewer than 20,000.
   */
  readonly maxConnections?: number
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

/** How a server stops. */
export interface ServerCloseOptions extends CloseOptions {
  /**
   * Milliseconds before anything else in which `/readyz` says that the server is stopping, and it still takes uploads: for load
   * balancers that need a while to notice. Default 0.
   */
  readonly drainMs?: number
}

/** A server of its own around the receiver. */
export interface UploadServer {
  /**
   * Opens the storage and begins to listen. Rejects with a `ReceiverError` when the storage cannot be opened, and with an
   * Error that keeps the system's `code`, such as `EADDRINUSE`, when it cannot listen.
   */
  listen(options?: ListenOptions): Promise<Listening>
  /**
   * Shows another certificate to clients that connect from now on; who is connected notices nothing. Throws a `CertificateError`,
   * and goes on with the old one, where the new one cannot be used.
   */
  renewCertificate(tls: TlsOptions): void
  /**
   * Stops: after `drainMs` new connections are refused and idle ones closed, uploads and downloads under way may finish
   * within `graceMs`, and what has not finished then is ended, uploads with 503. Resolves when no connection is open. A second
   * call with shorter times makes the first one hurry.
   */
  close(options?: ServerCloseOptions): Promise<void>
}

/** Makes the standalone developer server. It does not listen yet. */
export async function createServer(options: ServerOptions): Promise<UploadServer> {
  const {
    log: logOption = 'json',
    cors: origin = '*',
    consoleFolder = builtConsoleFolder,
    tls,
    maxConnections = defaultMaxConnections(),
    ...receiverOptions
  } = options
  const servers = new HttpServers({ tls, maxConnections })
  const receiver = createReceiver({ ...receiverOptions, log: createServerLog(logOption) })
  const ownNames = (listening: string): OwnNames => ({
    listening,
    isCertified: (name) => servers.isCertified(name),
  })
  // Until it is known where it listens, nobody but this machine is there.
  let own: OwnNames | undefined = ownNames('localhost')
  const handOver = handOverTo(receiver)
  const app = fastify({
    serverFactory: (handler) => servers.create(handler),
    forceCloseConnections: true,
    // An address that cannot be decoded is one that is not there; Fastify's own answer is no problem document.
    frameworkErrors: (_error, request, reply) => handOver(request, reply, ignore),
    // Each server has one already.
    clientErrorHandler: ignore,
  })
  // Whatever is asked for: the console's pages, and events, are as much of the server's origin as the files.
  app.addHook('onRequest', (request, reply, done) => {
    requestIdOf({ request: request.raw, response: reply.raw })
    const problem = findWrongHost(request.raw, options.publicUrl === undefined ? own : undefined)
    if (problem !== undefined) refuse(request, reply, problem)
    done()
  })
  await addConsolePages(app, { folder: consoleFolder })
  await addRoutes(app, { handOver, origin })
  const drained = new AbortController()

  return {
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      await options.storage.open()
      try {
        await app.listen({ port, host })
      } catch (cause) {
        throw listenError(cause, { port, host })
      }
      const { address, port: boundPort, family } = addressOf(app)
      own = isLoopback(address) ? ownNames(host) : undefined
      const url = `${servers.scheme}://${urlHost({ address, family })}:${boundPort}`
      return { url, port: boundPort, host }
    },
    renewCertificate: (renewed) => servers.renewCertificate(renewed),
    async close({ drainMs = 0, ...closeOptions } = {}) {
      receiver.drain()
      if (drainMs > 0) await delay(drainMs, undefined, { signal: drained.signal }).catch(ignore)
      drained.abort()
      servers.refuseConnections()
      await receiver.close(closeOptions)
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

function refuse(request: FastifyRequest, reply: FastifyReply, problem: ReceiverError): void {
  reply.hijack()
  void sendProblem({ request: request.raw, response: reply.raw }, problem, defaultLimits)
}

function ignore(): void {}

function unreachable(): never {
  throw new Error('a request that was handed over came back')
}

function addressOf(app: FastifyInstance): AddressInfo {
  const address = app.server.address()
  if (address === null || typeof address === 'string')
    throw new Error('the server listens at no port')
  return address
}

function urlHost({ address, family }: Omit<AddressInfo, 'port'>): string {
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
