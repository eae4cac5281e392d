import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    neutralOrigin: string
    /** Where uploads to the same server go. */
    uploadOrigin: string
    /** What these speak. */
    uploadProtocol: 'http1.1' | 'h2'
  }
}

/** What the server knows of one room. */
export interface RoomState {
  /** How many uploads have come. */
  requests: number
  /** How many are there now. */
  running: number
  /** The most that were there at once. */
  peak: number
  /** How many ended before they were answered whole. */
  broken: number
  /** The Idempotency-Key of each. */
  keys: (string | null)[]
}

/** What the server says that it was sent. */
export interface Echo {
  readonly method: string
  /** Names as they came on the wire. */
  readonly header: readonly (readonly [name: string, value: string])[]
  /** The body as it came, as UTF-8; empty where it is long. */
  readonly body: string
  readonly bodyBytes: number
}

/** A part of the neutral server that one test has for itself. */
export interface Room {
  readonly origin: string
  /** Where the server behaves so, such as `echo` or `status/404`. */
  readonly url: (behaviour: string) => string
  readonly state: () => Promise<RoomState>
  /** Lets go of what waits, and of what is to come. */
  readonly release: () => Promise<void>
}

export function openRoom(): Room {
  const origin = inject('uploadOrigin')
  const name = crypto.randomUUID()
  const base = `${inject('neutralOrigin')}/${name}`
  return {
    origin,
    url: (behaviour) => `${origin}/${name}/${behaviour}`,
    async state() {
      const state: RoomState = JSON.parse(await (await fetch(`${base}/state`)).text())
      return state
    },
    release: async () => void (await (await fetch(`${base}/release`)).text()),
  }
}

/** A header's name as it is to come on the wire. [RFC 9113 §8.2] */
export function nameOnWire(name: string): string {
  return inject('uploadProtocol') === 'h2' ? name.toLowerCase() : name
}

/** The values of a header that the server was sent. */
export function valuesOf(echo: Echo, name: string): string[] {
  return echo.header.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value)
}
