import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { createAdminAccess } from '../http/admin-access.ts'
import { createReceiver, type Receiver, type ReceiverOptions } from '../http/receiver.ts'
import type { ReceiverObserver } from '../http/receiver-observer.ts'
import type { CloseOptions } from '../http/stopping.ts'
import { createMetrics } from '../metrics/metrics.ts'
import type { TlsOptions } from './certificate.ts'
import { defaultMaxConnections } from './connections.ts'
import { addConsolePages, builtConsoleFolder } from './console-pages.ts'
import {
  createGuardedApp,
  type HandOver,
  type ListeningAddress,
  type ListenOptions,
} from './guarded-app.ts'
import { HttpServers } from './http-servers.ts'
import { createMetricsServer } from './metrics-server.ts'
import { createServerLog, type ServerLog } from './server-log.ts'
import { createUploadRoute } from './upload-route.ts'
import { addHealthRoutes, addMetricsRoute } from './watch-routes.ts'
import { createChunkCollector } from './young-garbage.ts'

/** Options of {@link createServer}. */
export interface ServerOptions extends Omit<ReceiverOptions, 'log' | 'basePath' | 'observer'> {
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
   * Where `GET /metrics` is served: by default beside everything else, to whoever reaches the server, and behind the
   * `adminToken` where there is one or uploads need tickets; by plain HTTP at a port of its own, along with `/healthz` and `/readyz`
   * and to whoever reaches that, where one is given; nowhere for `false`. Its host is by default the server's.
   */
  readonly metrics?: ListenOptions | false
  /**
   * The folder of the console's built files. Default: where this package has them.
   * @internal
   */
  readonly consoleFolder?: string
}

/** Where a server listens. */
export interface Listening extends ListeningAddress {
  /** The url of `/metrics`; undefined where there is none. */
  readonly metricsUrl: string | undefined
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
    metrics: metricsOption,
    ...receiverOptions
  } = options
  const log = await createServerLog(logOption)
  const servers = new HttpServers({ tls, maxConnections, log })
  const metrics = createMetrics({ connections: () => servers.connections })
  const storage = metrics.measureStorage(options.storage)
  const receiver = createReceiver({
    ...receiverOptions,
    storage,
    log,
    observer: withCollector(metrics.observer),
  })
  const handOver = handOverTo(receiver)
  const anyName = options.publicUrl !== undefined
  const { app, listen } = createGuardedApp({
    servers,
    anyName,
    log,
    first: createUploadRoute({ receiver, origin }),
    onUndecodable: handOver,
  })
  addHealthRoutes(app, receiver)
  // Where uploads need tickets, strangers reach this port.
  const { adminToken, ticketSecret } = options
  const forAdmin = createAdminAccess({ adminToken, hasTickets: ticketSecret !== undefined })
  if (metricsOption === undefined) addMetricsRoute(app, { metrics, forAdmin })
  const metricsServer = metricsOption
    ? createMetricsServer({ metrics, receiver, anyName, log })
    : undefined
  await addConsolePages(app, { folder: consoleFolder })
  addRoutes(app, handOver)
  const drained = new AbortController()

  return {
    async listen({ port = 0, host = '127.0.0.1' } = {}) {
      await storage.open()
      // First, so that nobody is taken in before it can be seen.
      const watched = await metricsServer?.listen({ port: 0, host, ...metricsOption })
      const listening = await listen({ port, host })
      const url = metricsOption === undefined ? listening.url : watched?.url
      return { ...listening, metricsUrl: url && `${url}/metrics` }
    },
    renewCertificate: (renewed) => servers.renewCertificate(renewed),
    async close({ drainMs = 0, ...closeOptions } = {}) {
      receiver.drain()
      if (drainMs > 0) await delay(drainMs, undefined, { signal: drained.signal }).catch(ignore)
      drained.abort()
      if (closeOptions.graceMs === 0) servers.refuseConnections()
      else await servers.refuseConnectionsGently()
      await receiver.close(closeOptions)
      await app.close()
      await metricsServer?.close()
    },
  }
}

/** What Fastify answers to nothing of is the receiver's, which reads bodies itself: Fastify hands over before it would. */
function addRoutes(app: FastifyInstance, handOver: HandOver): void {
  // OPTIONS, and methods that Fastify does not know.
  app.setNotFoundHandler((request, reply) => handOver(request, reply, ignore))
  app.setErrorHandler((_error, request, reply) => handOver(request, reply, ignore))
  app.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/*',
    onRequest: handOver,
    handler: unreachable,
  })
}

function handOverTo(receiver: Receiver): HandOver {
  return (request, reply, done) => {
    reply.hijack()
    receiver(request.raw, reply.raw)
    done()
  }
}

/** What has come is garbage as soon as it is written. */
function withCollector(observer: ReceiverObserver): ReceiverObserver {
  const collector = createChunkCollector()
  return {
    ...observer,
    onReceivedBytes(sizeBytes) {
      observer.onReceivedBytes?.(sizeBytes)
      collector.received(sizeBytes)
    },
    onUnderWay(count) {
      observer.onUnderWay?.(count)
      collector.underWay(count)
    },
  }
}

function ignore(): void {}

function unreachable(): never {
  throw new Error('a request that was handed over came back')
}
