import type { Clock } from './clock.ts'

/** A clock that stands still until it is moved on. */
export interface ManualClock extends Clock {
  /** Lets so many milliseconds pass, and all that is due in them happen, in order. */
  advance(ms: number): Promise<void>
}

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

/** Makes a clock that begins at the present time. */
export function createManualClock(): ManualClock {
  const timers = new Set<Timer>()
  let nowMs = Date.now()

  /** Of those that are due by then, the first; of two at once, the one that was there before. */
  function nextBy(untilMs: number): Timer | undefined {
    const due = [...timers].filter(({ atMs }) => atMs <= untilMs)
    return due.toSorted((one, other) => one.atMs - other.atMs)[0]
  }

  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { atMs: nowMs + Math.max(0, delayMs), callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      await settle()
      for (let timer = nextBy(untilMs); timer; timer = nextBy(untilMs)) {
        timers.delete(timer)
        nowMs = timer.atMs
        timer.callback()
        await settle()
      }
      nowMs = untilMs
    },
  }
}

/** Resolves when all that was ready has happened. By a message: timers may be fake ones. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    // Node.js's types and the DOM's have no way of listening in common.
    Reflect.set(port1, 'onmessage', () => {
      port1.close()
      resolve()
    })
    port2.postMessage(undefined)
  })
}
