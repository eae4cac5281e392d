import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { logRefusal } from '../http/log-refusal.ts'
import { sendProblem } from '../http/problem.ts'
import type { ReceiverLog } from '../http/receiver-log.ts'
import { requestIdOf } from '../http/request-id.ts'
import { defaultLimits } from '../receive/limits.ts'
import type { HttpServers } from './http-servers.ts'
import { isLoopback } from './local-name.ts'
import type { Take } from './upload-route.ts'
import { findWrongHost, type OwnNames } from './wrong-host.ts'

/** Where to listen. */
export interface ListenOptions {
  /** Default 0: a free port that the system chooses. */
  readonly port?: number
  /** Default `127.0.0.1`: this machine alone. `0.0.0.0` or `::` for every network it is in. */
  readonly host?: string
}

/** Where an application listens. */
export interface ListeningAddress {
  /** The url to reach it from this machine, without a slash at the end. */
  readonly url: string
  readonly port: number
  readonly host: string
}

/** Answers a request in Fastify's place. */
export type HandOver = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void

/** Options of {@link createGuardedApp}. */
export interface GuardedAppOptions {
  readonly servers: HttpServers
  /** Whether it may be asked under any name, as behind a proxy. */
  readonly anyName: boolean
  readonly log: ReceiverLog
  /** What answers before Fastify may. Default: nothing. */
  readonly first?: Take
  /** Takes the requests whose address cannot be decoded. */
  readonly onUndecodable: HandOver
}

/** An application that does not listen yet. */
export interface GuardedApp {
  readonly app: FastifyInstance
  readonly listen: (options: Required<ListenOptions>) => Promise<ListeningAddress>
}

/** An application of Fastify that answers, on this machine alone, to no name that somebody else has pointed to it. */
export function createGuardedApp(options: GuardedAppOptions): GuardedApp {
  const { servers, anyName, log, first, onUndecodable } = options
  const ownNames = (listening: string): OwnNames => ({
    listening,
    isCertified: (name) => servers.isCertified(name),
  })
  // Until it is known where it listens, nobody but this machine is there.
  let own: OwnNames | undefined = ownNames('localhost')
  const app = fastify({
    serverFactory: (handler) =>
      servers.create((request, response) => {
        if (!refuse(request, response) && first?.(request, response) !== true)
          handler(request, response)
      }),
    forceCloseConnections: true,
    // An address that cannot be decoded is one that is not there; Fastify's own answer is no problem document.
    frameworkErrors: (_error, request, reply) => onUndecodable(request, reply, ignore),
    // Each server has one already.
    clientErrorHandler: ignore,
  })

  /** Returns whether it was refused. */
  function refuse(request: IncomingMessage, response: ServerResponse): boolean {
    const exchange = { request, response }
    requestIdOf(exchange)
    const problem = findWrongHost(request, anyName ? undefined : own)
    if (problem === undefined) return false
    logRefusal(log, problem, exchange)
    void sendProblem(exchange, problem, defaultLimits)
    return true
  }

  return {
    app,
    async listen({ port, host }) {
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
  }
}

function ignore(): void {}

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
    host,
    port,
  })
}
