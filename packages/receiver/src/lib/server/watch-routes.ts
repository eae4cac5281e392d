import type { FastifyInstance, FastifyReply } from 'fastify'
import { formatProblem, problemType, toReceiverError } from '../http/problem.ts'
import type { Receiver } from '../http/receiver.ts'
import type { RouteHandler } from '../http/router.ts'
import type { Metrics } from '../metrics/metrics.ts'

const headers = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** [R-10] `/healthz`: the process answers. `/readyz`: an upload would be taken now, or the problem that keeps it from being. */
export function addHealthRoutes(app: FastifyInstance, receiver: Receiver): void {
  app.get('/healthz', (_request, reply) => sendOk(reply))
  app.get('/readyz', async (_request, reply) => {
    try {
      await receiver.check()
      return await sendOk(reply)
    } catch (error) {
      return sendError(reply, error)
    }
  })
}

/** [R-10] `/metrics`, for Prometheus, and for those alone whom `forAdmin` lets in. */
export function addMetricsRoute(
  app: FastifyInstance,
  { metrics, forAdmin }: { metrics: Metrics; forAdmin: (handler: RouteHandler) => RouteHandler },
): void {
  const admit = forAdmin(async () => undefined)
  app.get('/metrics', async (request, reply) => {
    try {
      await admit({
        request: request.raw,
        response: reply.raw,
        params: { id: '', n: '' },
        query: new URLSearchParams(),
      })
      const { contentType, text } = await metrics.render(request.headers.accept)
      return await reply
        .headers({ ...headers, Vary: 'Accept' })
        .header('Content-Type', contentType)
        .send(text)
    } catch (error) {
      return sendError(reply, error)
    }
  })
}

function sendOk(reply: FastifyReply): FastifyReply {
  return reply.headers(headers).type('application/json; charset=utf-8').send('{"status":"ok"}')
}

function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = toReceiverError(thrown)
  return reply
    .code(error.status)
    .headers({ ...headers, ...error.headers })
    .type(problemType)
    .send(formatProblem(error))
}
