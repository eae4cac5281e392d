/** Runs work, at most so much at once. */
export interface Limiter {
  /** Resolves with what the work gives; work whose signal is aborted before its turn is not begun, and rejects. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
}

/** Makes a limiter. */
export function createLimiter(most: number): Limiter {
  let running = 0
  const waiting: (() => void)[] = []

  async function takeTurn(): Promise<void> {
    if (running < most) running += 1
    // Whoever ends hands its turn on.
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function endTurn(): void {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }

  return {
    async run(work, signal) {
      await takeTurn()
      try {
        signal.throwIfAborted()
        return await work()
      } finally {
        endTurn()
      }
    },
  }
}
