import tls, { type TLSSocket } from 'node:tls'
import { isIP } from 'node:net'
import { hostOf, type TlsOptions, toConnectionOptions } from './agents.ts'
import { recordConnecting } from './connection-times.ts'
import { createHttp2Session, type Http2Session } from './http2-session.ts'

/**
 * For so long a request waits for a connection that another one is making, which the two may share; then it makes one of its
 * own, so that one that hangs holds nobody up.
 */
const patienceMs = 1000

/** The HTTP/2 sessions of one `wx`, which uploads to one origin share. [U-30] */
export interface Http2Pool {
  /** Finds or makes a connection to the server of a url, by the protocol that the server chooses. */
  use<T>(url: URL, request: PoolRequest<T>): Promise<T>
  /** Closes the sessions that nobody is using. */
  dropIdle(): void
}

/** What a request does with its connection, at once, so that no other comes between. */
export interface PoolRequest<T> {
  readonly signal: AbortSignal
  readonly withSession: (session: Http2Session) => T
  /** The server speaks HTTP/1.1; it does so on this connection, if it was made to learn that. */
  readonly withoutSession: (connection: TLSSocket | undefined) => T
}

export interface Http2PoolSetup {
  readonly tls: TlsOptions
  /** Whether the server of a url is known to choose HTTP/1.1 where it may choose. */
  readonly isRefused: (url: URL) => boolean
}

/** What one origin has. */
interface Place {
  readonly origin: string
  readonly sessions: Set<Http2Session>
  /** How many connections are being made. */
  connecting: number
  /** Who waits for something to change. */
  readonly waiting: Set<() => void>
}

/** Makes the sessions of one `wx`. */
export function createHttp2Pool({ tls: trust, isRefused }: Http2PoolSetup): Http2Pool {
  const places = new Map<string, Place>()

  function wake(place: Place): void {
    for (const session of place.sessions) if (!session.isOpen()) place.sessions.delete(session)
    for (const wakeOne of place.waiting) wakeOne()
    // Another one may have begun since.
    const isOver = place.sessions.size + place.connecting === 0
    if (isOver && places.get(place.origin) === place) places.delete(place.origin)
  }

  async function connect<T>(url: URL, request: PoolRequest<T>): Promise<T> {
    const place = places.get(url.origin) ?? createPlace(url)
    places.set(url.origin, place)
    place.connecting += 1
    try {
      const socket = await connectSecurely(url, trust, request.signal)
      if (socket.alpnProtocol !== 'h2') return request.withoutSession(socket)
      const session = createHttp2Session(socket, { url, onChange: () => wake(place) })
      place.sessions.add(session)
      return request.withSession(session)
    } finally {
      place.connecting -= 1
      wake(place)
    }
  }

  return {
    async use(url, request) {
      const beganAtMs = performance.now()
      while (!request.signal.aborted) {
        const place = places.get(url.origin)
        const session = [...(place?.sessions ?? [])].find((each) => each.hasRoom())
        if (session) return request.withSession(session)
        const leftMs = patienceMs - (performance.now() - beganAtMs)
        if (place && place.sessions.size > 0) await nextChange(place, request.signal)
        else if (isRefused(url)) return request.withoutSession(undefined)
        else if (!place || leftMs <= 0) return connect(url, request)
        else await nextChange(place, request.signal, leftMs)
      }
      throw request.signal.reason
    },
    dropIdle() {
      for (const { sessions } of places.values()) for (const session of sessions) session.dropIdle()
    },
  }
}

function createPlace({ origin }: URL): Place {
  return { origin, sessions: new Set(), connecting: 0, waiting: new Set() }
}

/** Resolves when something has changed, or `signal` has aborted, or so much time has passed. */
function nextChange({ waiting }: Place, signal: AbortSignal, mostMs = Infinity): Promise<void> {
  return new Promise((resolve) => {
    const timer = mostMs < Infinity ? setTimeout(goOn, mostMs) : undefined
    function goOn(): void {
      clearTimeout(timer)
      waiting.delete(goOn)
      signal.removeEventListener('abort', goOn)
      resolve()
    }
    waiting.add(goOn)
    signal.addEventListener('abort', goOn)
  })
}

/** A connection to a server that may choose HTTP/2. */
function connectSecurely(url: URL, trust: TlsOptions, signal: AbortSignal): Promise<TLSSocket> {
  const host = hostOf(url)
  const socket = tls.connect({
    ...toConnectionOptions(trust),
    host,
    port: Number(url.port || 443),
    servername: isIP(host) ? '' : host,
    ALPNProtocols: ['h2', 'http/1.1'],
  })
  recordConnecting(socket)
  return new Promise((resolve, reject) => {
    const stop = (): void => void socket.destroy()
    signal.addEventListener('abort', stop)
    socket.once('error', reject)
    socket.once('close', () => {
      signal.removeEventListener('abort', stop)
      reject(signal.reason)
    })
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', stop)
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
