import type { FastifyReply, FastifyRequest } from 'fastify'
import { logRefusal } from '../http/log-refusal.ts'
import { sendProblem } from '../http/problem.ts'
import type { ReceiverLog } from '../http/receiver-log.ts'
import type { Receiver } from '../http/receiver.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { ReceiverError } from '../problem/errors.ts'
import { defaultLimits } from '../receive/limits.ts'
import { createGuardedApp, type ListeningAddress, type ListenOptions } from './guarded-app.ts'
import { HttpServers } from './http-servers.ts'
import { addHealthRoutes, addMetricsRoute } from './watch-routes.ts'

// Those who watch are few.
const maxConnections = 100

/** What is served at the port of the metrics. */
export interface MetricsServerOptions {
  readonly metrics: Metrics
  readonly receiver: Receiver
  readonly anyName: boolean
  readonly log: ReceiverLog
}

/** A server for those who watch another one. */
export interface MetricsServer {
  readonly listen: (options: Required<ListenOptions>) => Promise<ListeningAddress>
  readonly close: () => Promise<void>
}

/** Makes a server, by plain HTTP, of `/metrics`, `/healthz` and `/readyz` and nothing else. It does not listen yet. */
export function createMetricsServer(options: MetricsServerOptions): MetricsServer {
  const { metrics, receiver, anyName, log } = options
  const servers = new HttpServers({ tls: undefined, maxConnections, log })
  const { app, listen } = createGuardedApp({ servers, anyName, log, onUndecodable: refuse })
  addHealthRoutes(app, receiver)
  addMetricsRoute(app, { metrics, forAdmin: (handler) => handler })
  app.setNotFoundHandler(refuse)

  function refuse({ raw: request }: FastifyRequest, reply: FastifyReply): void {
    const exchange = { request, response: reply.raw }
    const where = JSON.stringify(request.url?.replace(/\?.*/s, ''))
    const error = new ReceiverError(
      'not-found',
      `There is nothing at ${where}: here are /metrics, /healthz and /readyz`,
    )
    logRefusal(log, error, exchange)
    reply.hijack()
    void sendProblem(exchange, error, defaultLimits)
  }

  return { listen, close: async () => app.close() }
}
