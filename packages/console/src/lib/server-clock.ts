import { type ReadonlySignal, signal } from '@preact/signals'

/** Less is the time that an answer takes, and the header's whole seconds. */
const leastMs = 5000

const ahead = signal(0)

/** How far the server's clock is ahead of this computer's, in milliseconds; less than 0 where it is behind. */
export const serverAheadMs: ReadonlySignal<number> = ahead

/** Reads the server's clock from an answer of its. */
export function readServerClock({ headers }: Pick<Response, 'headers'>): void {
  const differenceMs = Date.parse(headers.get('Date') ?? '') - Date.now()
  if (Number.isNaN(differenceMs)) return
  ahead.value = Math.abs(differenceMs) < leastMs ? 0 : differenceMs
}
