import type { RunReport } from './run-report.ts'

/** Counts the timers that the code has set: until they are over, or cleared, it is not at its end. */
export function watchTimers(report: RunReport): void {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis
  const pending = new Set<unknown>()

  function end(timer: unknown): void {
    if (pending.delete(timer)) report.end()
  }

  function begin(timer: number): number {
    pending.add(timer)
    report.begin()
    return timer
  }

  function watchedTimeout(handler: unknown, ...rest: [ms?: number, ...values: unknown[]]): number {
    const [ms, ...values] = rest
    const timer = setTimeout(() => {
      try {
        call(handler, values)
      } finally {
        end(timer)
      }
    }, ms)
    return begin(timer)
  }

  function watchedInterval(handler: unknown, ...rest: [ms?: number, ...values: unknown[]]): number {
    const [ms, ...values] = rest
    return begin(setInterval(() => call(handler, values), ms))
  }

  function watchedClear(timer?: number): void {
    end(timer)
    // Either takes the timers of both. [HTML §8.7]
    clearTimeout(timer)
    clearInterval(timer)
  }

  Object.assign(globalThis, {
    setTimeout: watchedTimeout,
    setInterval: watchedInterval,
    clearTimeout: watchedClear,
    clearInterval: watchedClear,
  })
}

/** Code in a string is not run: neither does a mini-program run it. */
function call(handler: unknown, values: readonly unknown[]): void {
  if (typeof handler === 'function') Reflect.apply(handler, undefined, values)
}
