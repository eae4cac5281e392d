import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Places, Plan } from '../suite/server-protocol.ts'
import { meetUpload, plannedDeeds } from './meet-upload.ts'
import { RecordedUploads } from './recorded-uploads.ts'

/** What the server has besides: a page, a script. */
export interface ServedFile {
  readonly type: string
  readonly content: string | Uint8Array
}

/** A server that listens. */
export interface ConformanceServer {
  readonly url: string
  close(): Promise<void>
}

// A browser opens six connections to an origin, and a case wants to see more than ten uploads at once.
const originCount = 3

/** What the server has, and where it is. */
export interface ConformanceServerOptions {
  /** By path. */
  readonly files?: Readonly<Record<string, ServedFile>>
  /** An address of this machine. Default 127.0.0.1, which nobody else can reach. */
  readonly address?: string
}

/**
 * Starts the server that the cases ask, on free ports. Pages of any origin may use it, with cookies or without, so that a
 * page fails by what its host does alone.
 */
export async function startConformanceServer({
  files = {},
  address = '127.0.0.1',
}: ConformanceServerOptions = {}): Promise<ConformanceServer> {
  const records = new Map<string, RecordedUploads>()
  const places: { origins: string[]; closed: string } = { origins: [], closed: '' }

  function recordOf(id: string): RecordedUploads {
    const record = records.get(id) ?? new RecordedUploads()
    records.set(id, record)
    return record
  }

  function handle(req: IncomingMessage, res: ServerResponse): void {
    allowPages(req, res)
    // A client that leaves is what some cases are about.
    req.on('error', () => undefined)
    res.on('error', () => undefined)
    if (req.method === 'OPTIONS') {
      res.writeHead(204).end()
      return
    }
    const { pathname, searchParams } = new URL(req.url ?? '', 'http://conformance')
    const [, verb = '', id = ''] = pathname.split('/')
    const file = files[pathname]
    if (verb === 'upload') {
      const plan = readPlan(searchParams.get('plan') ?? '')
      if (plan === undefined) res.writeHead(400).end('The query needs a plan')
      else void meetUpload({ req, res, plan, uploads: recordOf(id) })
    } else if (verb === 'places') {
      answerJson(res, places satisfies Places)
    } else if (verb === 'seen') {
      answerJson(res, recordOf(id).describe())
    } else if (verb === 'release') {
      recordOf(id).release()
      answerJson(res, {})
    } else if (file === undefined) {
      res.writeHead(404).end()
    } else {
      res.writeHead(200, { 'Content-Type': file.type }).end(file.content)
    }
  }

  const servers = Array.from({ length: originCount }, () => createUnhurriedServer(handle))
  for (const server of servers) places.origins.push(await listen(server, address))
  const closedPort = await openClosedPort(address)
  places.closed = `http://${address}:${closedPort.port}`

  return {
    url: places.origins[0] ?? '',
    async close() {
      closedPort.close()
      for (const record of records.values()) record.release()
      await Promise.all(servers.map(closeNow))
    },
  }
}

function createUnhurriedServer(
  handle: (req: IncomingMessage, res: ServerResponse) => void,
): Server {
  // Whoever waits for 100 Continue is met like anybody else.
  return createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, handle).on(
    'checkContinue',
    handle,
  )
}

async function listen(server: Server, address: string): Promise<string> {
  server.listen(0, address)
  await once(server, 'listening')
  // A server that listens on a port has an address with one.
  return `http://${address}:${(server.address() as AddressInfo).port}`
}

async function closeNow(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}

/** [Fetch, CORS] An upload with listeners asks first; with cookies no `*` counts. */
function allowPages({ headers }: IncomingMessage, res: ServerResponse): void {
  res.setHeader('Access-Control-Allow-Origin', headers.origin ?? '*')
  res.setHeader('Access-Control-Allow-Credentials', 'true')
  res.setHeader('Access-Control-Allow-Methods', 'GET, POST, PUT')
  res.setHeader(
    'Access-Control-Allow-Headers',
    headers['access-control-request-headers'] ?? 'Content-Type',
  )
  res.setHeader('Access-Control-Expose-Headers', 'X-Trace')
  res.setHeader('Cache-Control', 'no-store')
}

function readPlan(text: string): Plan | undefined {
  try {
    const plan: unknown = JSON.parse(text)
    return isPlan(plan) ? plan : undefined
  } catch {
    return undefined
  }
}

function isPlan(value: unknown): value is Plan {
  return (
    typeof value === 'object' &&
    value !== null &&
    'does' in value &&
    plannedDeeds.some((deed) => deed === value.does)
  )
}

function answerJson(res: ServerResponse, value: object): void {
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

/** A port that refuses whoever comes: it is the near end of a connection, so that nobody else listens there. */
async function openClosedPort(host: string): Promise<{ port: number; close: () => void }> {
  const farEnd = net.createServer((socket) => void socket.on('error', () => undefined))
  farEnd.listen(0, host)
  await once(farEnd, 'listening')
  const nearEnd = net.connect({
    port: (farEnd.address() as AddressInfo).port,
    host,
    localAddress: host,
  })
  await once(nearEnd, 'connect')
  farEnd.close()
  return { port: nearEnd.localPort ?? 0, close: () => void nearEnd.resetAndDestroy() }
}
