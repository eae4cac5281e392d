import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { formatOk, formatResponse, formatWhole, afterBody, type Exchange } from './exchange.ts'
import type { Fault, Meet } from './fault.ts'

/** Who waits for longer than a minute, which is what clients do, has waited for long enough. */
export const idleMs = 120_000

export interface RequestReaderOptions {
  /** By name. */
  readonly faults: ReadonlyMap<string, Fault>
  /** The other addresses of the server, by the host that a client has asked for. */
  readonly originsFor: (hostname: string) => Pick<Exchange, 'origin' | 'otherOrigin'>
  /** What people are shown who look at `/`. */
  readonly listFor: (hostname: string) => string
}

/**
 * Reads HTTP/1.1 from the connections that it is given and hands each request to its fault, which writes to the connection
 * itself: node:http would write nothing that is wrong.
 */
export function createRequestReader(options: RequestReaderOptions): Server {
  const counts = new WeakMap<Socket, number>()

  function take(req: IncomingMessage, asksFirst: boolean): void {
    const { socket } = req
    const earlier = counts.get(socket) ?? 0
    counts.set(socket, earlier + 1)
    // A client that leaves is what this is about.
    req.on('error', () => undefined)
    const origins = options.originsFor(hostnameOf(req))
    const exchange = { req, socket, earlier, asksFirst, ...origins }
    void findMeet(exchange, options)(exchange)
  }

  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 })
  server.timeout = idleMs
  server.on('request', (req) => take(req, false))
  server.on('checkContinue', (req) => take(req, true))
  server.on('clientError', (_error, socket) => void socket.destroy())
  return server
}

function findMeet({ req }: Exchange, { faults, listFor }: RequestReaderOptions): Meet {
  const name = nameOf(req.url)
  if (req.method === 'OPTIONS') return allowPages
  if (name === '') return sayText('200 OK', listFor(hostnameOf(req)))
  const fault = faults.get(name)
  if (fault?.at === 'path') return fault.meet
  if (fault?.at === 'stream' || fault?.at === 'session')
    return afterBody((exchange) => void exchange.socket.write(formatOk(exchange)))
  return sayText('404 Not Found', `There is no fault ${name} here; GET / lists what there is.\n`)
}

/** The path of an address is the name of a fault. */
export function nameOf(path: string | undefined): string {
  return /^\/([^/?]*)/.exec(path ?? '')?.[1] ?? ''
}

function sayText(status: string, text: string): Meet {
  return afterBody(({ socket }) => void socket.write(formatWhole(status, text)))
}

/** What a browser asks before it lets a page upload to another origin. [Fetch §4.8] */
function allowPages({ req, socket }: Exchange): void {
  const header = preflightHeader(req.headers['access-control-request-headers'])
  socket.write(
    formatResponse('204 No Content', {
      header: Object.entries(header).map(([name, value]) => `${name}: ${value}`),
    }),
  )
}

/** What lets a page send these headers. */
export function preflightHeader(asked: string | undefined): Record<string, string> {
  return {
    'access-control-allow-methods': 'POST, PUT',
    'access-control-max-age': '600',
    ...(asked !== undefined && { 'access-control-allow-headers': asked }),
  }
}

function hostnameOf({ headers, socket }: IncomingMessage): string {
  const { host = '' } = headers
  const url = `http://${host}`
  return URL.canParse(url)
    ? new URL(url).hostname.replace(/^\[|\]$/g, '')
    : (socket.localAddress ?? '127.0.0.1')
}
