/** Where an upload takes its time from. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `callback` after so many milliseconds; what it returns calls that off. */
  after(delayMs: number, callback: () => void): () => void
}

/** The longest delay that a timer takes; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1

/** The clock of the system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = delayMs > longestTimerMs ? undefined : setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}
