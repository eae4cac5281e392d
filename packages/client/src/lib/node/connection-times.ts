import type { Duplex } from 'node:stream'

/** When the phases of connecting began and ended, in milliseconds since the epoch; 0 for one that did not happen. */
export interface ConnectionTimes {
  readonly start: number
  lookUpEnd: number
  connectEnd: number
  secureEnd: number
}

const known = new WeakMap<Duplex, ConnectionTimes>()

/** Notes the times of a connection that is being made. [U-30] */
export function recordConnecting(connection: Duplex): void {
  if (known.has(connection)) return
  const times: ConnectionTimes = { start: Date.now(), lookUpEnd: 0, connectEnd: 0, secureEnd: 0 }
  known.set(connection, times)
  connection.once('lookup', () => (times.lookUpEnd = Date.now()))
  connection.once('connect', () => (times.connectEnd = Date.now()))
  connection.once('secureConnect', () => (times.secureEnd = Date.now()))
}

/** The times of a connection that were noted. */
export function connectionTimesOf(connection: Duplex): ConnectionTimes | undefined {
  return known.get(connection)
}
