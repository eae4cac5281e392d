import tls, { type TLSSocket } from 'node:tls'
import { isIP } from 'node:net'
import { networkError, UploadError } from '../errors.ts'
import type { StopSignal } from '../stop.ts'
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
  readonly stop: StopSignal
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
      const socket = await connectSecurely(url, trust, request.stop)
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
      while (!request.stop.aborted) {
        const place = places.get(url.origin)
        const session = [...(place?.sessions ?? [])].find((each) => each.hasRoom())
        if (session) return request.withSession(session)
        const leftMs = patienceMs - (performance.now() - beganAtMs)
        if (place && place.sessions.size > 0) await nextChange(place, request.stop)
        else if (isRefused(url)) return request.withoutSession(undefined)
        else if (!place || leftMs <= 0) return connect(url, request)
        else await nextChange(place, request.stop, leftMs)
      }
      throw new UploadError('abort')
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
function nextChange({ waiting }: Place, stop: StopSignal, mostMs = Infinity): Promise<void> {
  return new Promise((resolve) => {
    const timer = mostMs < Infinity ? setTimeout(goOn, mostMs) : undefined
    function goOn(): void {
      clearTimeout(timer)
      waiting.delete(goOn)
      stop.removeEventListener('abort', goOn)
      resolve()
    }
    waiting.add(goOn)
    stop.addEventListener('abort', goOn)
  })
}

/** A connection to a server that may choose HTTP/2. */
function connectSecurely(url: URL, trust: TlsOptions, stop: StopSignal): Promise<TLSSocket> {
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
    const close = (): void => void socket.destroy()
    stop.addEventListener('abort', close)
    socket.once('error', reject)
    socket.once('close', () => {
      stop.removeEventListener('abort', close)
      // Whoever has aborted is told no more; any other end was told by its error.
      reject(networkError('-2:net::ERR_FAILED'))
    })
    socket.once('secureConnect', () => {
      stop.removeEventListener('abort', close)
      socket.off('error', reject)
      resolve(socket)
    })
  })
}
