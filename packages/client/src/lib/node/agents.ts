import http from 'node:http'
import type https from 'node:https'
import type { Duplex } from 'node:stream'
import { recordConnecting } from './connection-times.ts'
import { isConnectionLost } from './net-errors.ts'

/** Certificates to trust, and whether to look at them at all. */
export interface TlsOptions {
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined
  readonly rejectUnauthorized?: boolean | undefined
}

/** Makes a pool of kept-alive connections that speak HTTP/1.1. [U-19] */
export function createHttpAgent(): http.Agent {
  return new HearingHttpAgent({ keepAlive: true })
}

/** What `tls.connect` is to trust. */
export function toConnectionOptions({ ca, rejectUnauthorized = true }: TlsOptions): {
  rejectUnauthorized: boolean
  ca?: string | Buffer | (string | Buffer)[]
} {
  return {
    rejectUnauthorized,
    ...(ca !== undefined && { ca: typeof ca === 'string' || Buffer.isBuffer(ca) ? ca : [...ca] }),
  }
}

/** Whether a pool has a connection to the server of a url, in use or free. */
export function hasConnectionTo({ sockets, freeSockets }: https.Agent, url: URL): boolean {
  // [Node.js, agent.getName] Names begin with the host and the port.
  const name = `${hostOf(url)}:${url.port || 443}:`
  return [sockets, freeSockets].some((pool) =>
    Object.entries(pool).some(([key, list]) => key.startsWith(name) && list?.length),
  )
}

/** The host of a url as `connect` takes it. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** Closes the connections that nobody is using. */
export function dropIdleConnections(agents: Iterable<http.Agent>): void {
  for (const { freeSockets } of agents) {
    for (const socket of Object.values(freeSockets).flatMap((sockets) => sockets ?? [])) {
      socket.destroy()
    }
  }
}

class HearingHttpAgent extends http.Agent {
  override createConnection(
    ...connection: Parameters<http.Agent['createConnection']>
  ): Duplex | null | undefined {
    return prepareToKeep(super.createConnection(...connection))
  }

  override keepSocketAlive(connection: Duplex): void {
    closeOnData(connection)
    // [Node.js, http.Agent] Whether it may be kept, whatever its type says.
    return super.keepSocketAlive(connection)
  }

  override reuseSocket(connection: Duplex, req: http.ClientRequest): void {
    allowData(connection)
    super.reuseSocket(connection, req)
  }
}

/** What a pool does to each connection it makes. */
export function prepareToKeep<T extends Duplex | null | undefined>(connection: T): T {
  if (!connection) return connection
  recordConnecting(connection)
  readOnAfterWriteErrors(connection)
  return connection
}

/** Closes a connection on which something comes while it is kept: nobody has asked, so that it would pass for an answer. */
export function closeOnData(connection: Duplex): void {
  connection.on('data', close)
}

/** A request has the connection again. */
export function allowData(connection: Duplex): void {
  connection.off('data', close)
}

function close(this: Duplex): void {
  this.destroy()
}

/**
 * Keeps a connection open for reading when a write to it fails. [U-18]
 *
 * A server that answers early and closes has the kernel refuse our next write, and Node.js would then
 * destroy the connection with the answer unread in it. Here the failed write never completes, so nothing
 * more is written; reading goes on to the answer and to the end or the reset that follows it, which ends
 * the request in any case.
 */
function readOnAfterWriteErrors(connection: Duplex): void {
  const write = connection._write.bind(connection)
  const writev = connection._writev?.bind(connection)

  function unlessPeerIsGone(done: WriteCallback): WriteCallback {
    return (error) => {
      if (isConnectionLost(error)) writeErrors.set(connection, error)
      else done(error)
    }
  }

  connection._write = (chunk, encoding, done) => write(chunk, encoding, unlessPeerIsGone(done))
  if (writev) connection._writev = (chunks, done) => writev(chunks, unlessPeerIsGone(done))
}

type WriteCallback = (error?: Error | null) => void

const writeErrors = new WeakMap<Duplex, Error>()

/**
 * The error of the write after which a connection was only read, if there was one. The system tells of a reset once: who
 * reads on afterwards sees an end in good order.
 */
export function writeErrorOf(connection: Duplex | null): Error | undefined {
  return connection ? writeErrors.get(connection) : undefined
}
