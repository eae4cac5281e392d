import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  constants,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
} from 'node:http2'
import { gzipSync } from 'node:zlib'
import { connect, createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import type { TestProject } from 'vitest/node'
import type { Certificate } from './lib/node/certificate.fixture.ts'
import type { RoomState } from './neutral-room.fixture.ts'

/** One upload, as it reaches the server. */
interface Exchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly state: RoomState
  /** What comes behind the behaviour's name in the address. */
  readonly detail: string
  /** Resolves when the test lets go. */
  readonly released: Promise<void>
}

interface Room {
  readonly state: RoomState
  readonly release: () => void
  readonly released: Promise<void>
}

const behaviours: Readonly<Record<string, (exchange: Exchange) => void | Promise<void>>> = {
  echo: ({ req, res }) => echo(req, res),
  async status({ req, res, detail }) {
    res.statusCode = Number(detail)
    await echo(req, res)
  },
  /** Reads the upload and answers when it is let go. */
  async hold({ req, res, released }) {
    const body = await readBody(req)
    await released
    answer({ req, res }, body)
  },
  /** Reads nothing before it is let go. */
  async stall({ req, res, released }) {
    await released
    await echo(req, res)
  },
  /** Reads the upload and sends the client to `echo` with this status. */
  async redirect({ req, res, detail }) {
    await readBody(req)
    res.writeHead(Number(detail), { Location: '../echo' }).end()
  },
  /** Answers at once, and reads the rest without keeping it, as a server does that wants to be heard. */
  early({ req, res, detail }) {
    res.statusCode = Number(detail)
    res.end('too much')
    req.resume()
  },
  /** The header and a part of the body, and the rest when it is let go. */
  async half({ req, res, released }) {
    await readBody(req)
    // Without a type of its own, browsers wait for more of it to guess one.
    res.setHeader('Content-Type', 'application/json')
    res.write('first ')
    await released
    res.end('second')
  },
  async text({ req, res, detail }) {
    await readBody(req)
    res.setHeader('Content-Type', 'text/plain; charset=iso-8859-1')
    res.end(Buffer.from(detail, 'base64url'))
  },
  async bytes({ req, res, detail }) {
    await readBody(req)
    res.end('x'.repeat(Number(detail)))
  },
  async gzip({ req, res, detail }) {
    await readBody(req)
    res.setHeader('Content-Encoding', 'gzip')
    res.end(gzipSync('x'.repeat(Number(detail))))
  },
  async 'cut-length'({ req, res }) {
    await readBody(req)
    res.setHeader('Content-Length', 1000)
    res.write('short', () => res.destroy())
  },
  async 'cut-chunks'({ req, res }) {
    await readBody(req)
    res.write('short', () => res.destroy())
  },
  async silence({ req }) {
    await readBody(req)
    if (isHttp2(req)) req.stream.session?.destroy()
    else req.socket.destroy()
  },
  reset({ req }) {
    if (isHttp2(req)) req.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    else req.socket.resetAndDestroy()
  },
  /** `FAULT-TIMES-SECONDS`: so often a status with such a Retry-After, or another behaviour; `echo` from then on. */
  async 'at-first'(exchange) {
    const { req, res, state, detail } = exchange
    const fault = detail.replace(/-\d+(?:-\d+)?$/, '')
    const [times = '', seconds] = detail.slice(fault.length + 1).split('-')
    if (state.requests > Number(times)) return echo(req, res)
    const behave = behaviours[fault]
    if (behave) return behave(exchange)
    if (seconds !== undefined) res.setHeader('Retry-After', seconds)
    // As a server does that has no room: before it has read anything.
    res.writeHead(Number(fault)).end('not now')
    req.resume()
  },
  /** Lets the page that asks know how its request went. */
  async timing({ req, res }) {
    res.setHeader('Timing-Allow-Origin', '*')
    await echo(req, res)
  },
  /** Gives cookies, and lets the page that asks read the answer to a request that has them. */
  credentials: ({ req, res }) => echo(req, res),
}

/** A server that listens. */
interface NeutralServer {
  readonly origin: string
  /** Where the same is by HTTP/2; empty without a certificate. */
  readonly secureOrigin: string
  readonly close: () => void
}

/**
 * Starts the server that the neutral tests upload to, from Node.js and from the pages of any browser: an address is
 * `/ROOM/BEHAVIOUR/DETAIL`, and each test has a room of its own.
 */
export async function startNeutralServer(certificate?: Certificate): Promise<NeutralServer> {
  const rooms = new Map<string, Room>()
  const listener = (req: IncomingMessage, res: ServerResponse): void => {
    allowPages(req, res)
    if (req.method === 'OPTIONS') {
      res.writeHead(204).end()
      return
    }
    const [, name = '', behaviour = '', detail = ''] = (req.url ?? '').split('/')
    const room = rooms.get(name) ?? createRoom()
    rooms.set(name, room)
    if (behaviour === 'state') {
      res.end(JSON.stringify(room.state))
    } else if (behaviour === 'release') {
      room.release()
      res.end()
    } else {
      take(room, { req, res, behaviour, detail })
    }
  }
  const server = createServer(listener)
  const port = await listen(server)
  // The behaviours use what requests of both protocols have.
  const secureListener = listener as unknown as Http2Listener
  const secure = certificate && createSecureServer({ ...certificate }, secureListener)
  const door = secure && createDoor(await listen(secure))
  const sessions = new Set<Http2Session>()
  secure?.on('session', (session) => void sessions.add(session))
  return {
    origin: `http://127.0.0.1:${port}`,
    secureOrigin: door ? `https://127.0.0.1:${await listen(door)}` : '',
    close() {
      server.close()
      server.closeAllConnections()
      door?.close()
      secure?.close()
      for (const session of sessions) session.destroy()
    },
  }
}

type Http2Listener = (req: Http2ServerRequest, res: Http2ServerResponse) => void

function isHttp2(req: object): req is Http2ServerRequest {
  return 'stream' in req
}

/**
 * Leads to a port of this machine, and tells of every end as an orderly one: where a reset meets what Node.js 20 is writing by
 * TLS, its HTTP/2 server waits for ever for the write to be done, reads no more, and never hears of the end.
 */
function createDoor(port: number): Server {
  return createTcpServer((outside) => {
    const inside = connect(port, '127.0.0.1')
    outside.on('error', () => undefined)
    inside.on('error', () => outside.destroy())
    outside.pipe(inside)
    inside.pipe(outside)
    outside.on('close', () => inside.end().resume())
    inside.on('close', () => outside.destroy())
  })
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a TCP port has such an address.
  return (server.address() as AddressInfo).port
}

/** Vitest's hook: runs once for a project, in Node.js. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { origin, close } = await startNeutralServer()
  project.provide('neutralOrigin', origin)
  project.provide('uploadOrigin', origin)
  project.provide('uploadProtocol', 'http1.1')
  return close
}

function createRoom(): Room {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  return { state: { requests: 0, running: 0, peak: 0, broken: 0, keys: [] }, release, released }
}

function take(
  { state, released }: Room,
  { req, res, behaviour, detail }: Pick<Exchange, 'req' | 'res' | 'detail'> & { behaviour: string },
): void {
  state.requests += 1
  state.running += 1
  state.peak = Math.max(state.peak, state.running)
  state.keys.push(String(req.headers['idempotency-key'] ?? '') || null)
  req.on('error', () => undefined)
  res.once('close', () => {
    state.running -= 1
    if (isHttp2(req) ? req.aborted : !res.writableFinished) state.broken += 1
  })
  const behave = behaviours[behaviour]
  if (behave === undefined) {
    res.writeHead(404).end(`no behaviour ${behaviour}`)
    return
  }
  // A client that leaves ends the reading; there is nobody to tell.
  Promise.resolve(behave({ req, res, state, detail, released })).catch(() => undefined)
}

function allowPages(req: IncomingMessage, res: ServerResponse): void {
  const { origin } = req.headers
  if (origin !== undefined && req.url?.endsWith('/credentials')) {
    res.setHeader('Access-Control-Allow-Origin', origin)
    res.setHeader('Access-Control-Allow-Credentials', 'true')
  } else {
    res.setHeader('Access-Control-Allow-Origin', '*')
    res.setHeader('Access-Control-Expose-Headers', '*')
  }
  res.setHeader('Access-Control-Allow-Methods', 'POST, PUT')
  const asked = req.headers['access-control-request-headers']
  if (asked !== undefined) res.setHeader('Access-Control-Allow-Headers', asked)
}

async function echo(req: IncomingMessage, res: ServerResponse): Promise<void> {
  answer({ req, res }, await readBody(req))
}

function answer({ req, res }: Pick<Exchange, 'req' | 'res'>, body: Buffer): void {
  res.setHeader('X-Echo', ['one', 'two'])
  res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2'])
  res.end(
    JSON.stringify({
      method: req.method,
      header: pairs(req.rawHeaders),
      body: body.length < 100_000 ? body.toString() : '',
      bodyBytes: body.length,
    }),
  )
}

async function readBody(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  )
}
