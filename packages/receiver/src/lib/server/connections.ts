import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import { abandon, maxWaiting } from '../http/turn.ts'

const mostConnections = 10_000
const pollMs = 10

// How many connections may wait in the system to be taken: what Node.js asks for.
const backlog = 511

/**
 * How many connections there may be where nobody says: 10,000, or half of the descriptors that this process may have, so that
 * some are left for files.
 */
export function defaultMaxConnections(): number {
  const descriptors = Number(readReport().userLimits?.open_files?.soft)
  return Number.isNaN(descriptors)
    ? mostConnections
    : Math.min(mostConnections, Math.floor(descriptors / 2))
}

/** A request that has been read, and its answer. */
export interface ReadExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

interface Connection {
  readonly socket: Socket
  readonly admittedMs: number
  /** Requests that have been read and not been answered in full. */
  readonly exchanges: Set<ReadExchange>
  hadRequest: boolean
}

/**
 * The connections of a server. When there are as many as may be, a new one takes the place of the one that has been
 * without a request for the longest time; where all have one, the new one is closed at once. So whoever opens connections and
 * keeps them shuts nobody out.
 */
export class Connections {
  readonly #max: number
  readonly #all = new Map<string, Connection>()
  // In the order in which they have become idle.
  readonly #idle = new Map<string, Connection>()
  #admitted = 0

  constructor(max: number) {
    this.#max = max
  }

  get count(): number {
    return this.#all.size
  }

  /** Looks after the connections of a server from now on. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#admit(socket))
  }

  /**
   * A request has been read: its connection is not idle until it is answered. False where it needs no answer, as its connection
   * is closed, with too many that wait.
   */
  begin(exchange: ReadExchange): boolean {
    const { request, response } = exchange
    const key = keyOf(request.socket)
    const connection = this.#all.get(key)
    if (connection === undefined) return !request.socket.destroyed
    if (request.httpVersionMajor === 1 && connection.exchanges.size > maxWaiting) {
      abandon(connection.socket)
      connection.socket.destroy()
      return false
    }
    connection.exchanges.add(exchange)
    connection.hadRequest = true
    this.#idle.delete(key)
    response.once('close', () => {
      connection.exchanges.delete(exchange)
      if (connection.exchanges.size === 0 && this.#all.get(key) === connection)
        this.#idle.set(key, connection)
    })
    return true
  }

  /** What has been read of a connection and not been answered in full. */
  exchangesOf(socket: Socket): readonly ReadExchange[] {
    return [...(this.#all.get(keyOf(socket))?.exchanges ?? [])]
  }

  /**
   * Resolves when all are taken whom the system has let in so far: when nobody may come any more, it resets those who still wait. In a
   * turn of the loop Node.js takes one, of each server.
   */
  async allAdmitted(): Promise<void> {
    // From here to the end of a turn.
    await setImmediate()
    let before: number
    let turns = 0
    do {
      before = this.#admitted
      turns += 1
      await setImmediate()
      // Those who come meanwhile wait behind.
    } while (this.#admitted > before && turns <= backlog)
  }

  /**
   * Resolves when nobody is left who has connected within `newcomerMs` and whose first request has not come, and `newcomerMs` later
   * at the latest: whoever was let in is heard.
   */
  async newcomersHeard(newcomerMs: number): Promise<void> {
    const sinceMs = performance.now() - newcomerMs
    const newcomers = [...this.#idle.values()].filter(({ admittedMs }) => admittedMs > sinceMs)
    // By turns, and not by the clock: on a machine that is busy, this process waits as others do.
    for (let waitedMs = 0; waitedMs < newcomerMs; waitedMs += pollMs) {
      if (newcomers.every(({ hadRequest, socket }) => hadRequest || socket.destroyed)) break
      await delay(pollMs)
    }
    // What was read last is begun in the same turn.
    await setImmediate()
  }

  /** Closes all of them, at once. */
  closeAll(): void {
    for (const { socket } of this.#all.values()) socket.destroy()
  }

  #admit(socket: Socket): void {
    const key = keyOf(socket)
    this.#admitted += 1
    if (this.#all.size >= this.#max && !this.#closeIdle()) {
      socket.destroy()
      return
    }
    const connection = {
      socket,
      admittedMs: performance.now(),
      exchanges: new Set<ReadExchange>(),
      hadRequest: false,
    }
    this.#all.set(key, connection)
    this.#idle.set(key, connection)
    socket.once('close', () => this.#remove(key, connection))
  }

  #closeIdle(): boolean {
    for (const [key, connection] of this.#idle) {
      // Its place is free now, and not when the system says that it is closed.
      this.#remove(key, connection)
      connection.socket.destroy()
      return true
    }
    return false
  }

  #remove(key: string, connection: Connection): void {
    // The system may have given the same port to another one since.
    if (this.#all.get(key) !== connection) return
    this.#all.delete(key)
    this.#idle.delete(key)
  }
}

// A request over TLS, or one of many in HTTP/2, has another socket than its connection.
function keyOf({ localAddress, remoteAddress, remotePort }: Socket): string {
  return `${localAddress} ${remoteAddress} ${remotePort}`
}

/** What of Node's report is used here; the limits are missing on Windows. */
interface Report {
  readonly userLimits?: { readonly open_files?: { readonly soft: number | 'unlimited' } }
}

function readReport(): Report {
  // The types of Node.js 20 do not have what Node.js 20.13 has.
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report
  const { excludeNetwork = false } = report
  // Otherwise it looks up the name of everybody who is connected.
  report.excludeNetwork = true
  try {
    return report.getReport()
  } finally {
    report.excludeNetwork = excludeNetwork
  }
}
