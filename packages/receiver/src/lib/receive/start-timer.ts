// What setTimeout takes for "now" when it is more.
export const maxDelayMs: number = 2 ** 31 - 1

/** Calls back after a time; undefined, and never, where the time is longer than the system's timers run, as Infinity is. */
export function startTimer(delayMs: number, callback: () => void): NodeJS.Timeout | undefined {
  return delayMs > maxDelayMs ? undefined : setTimeout(callback, delayMs)
}
