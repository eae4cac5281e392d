/** Runs a job when its turn comes; a job whose signal has aborted by then never runs. */
export type UploadQueue = (job: () => Promise<void>, signal: AbortSignal) => void

/**
 * A queue that runs so many jobs at once and the rest in the order they came. [U-19]
 *
 * No job starts inside the call that puts it in. [U-01] A job must not reject.
 */
export function createUploadQueue(maxConcurrent: number): UploadQueue {
  const waiting = new Set<() => Promise<void>>()
  let running = 0

  function startNext(): void {
    for (const job of waiting) {
      if (running >= maxConcurrent) return
      waiting.delete(job)
      running += 1
      void job().finally(() => {
        running -= 1
        startNext()
      })
    }
  }

  return (job, signal) => {
    // A job of its own for each call, so that the same function can wait twice.
    const entry = (): Promise<void> => job()
    waiting.add(entry)
    signal.addEventListener('abort', () => waiting.delete(entry), { once: true })
    queueMicrotask(startNext)
  }
}
