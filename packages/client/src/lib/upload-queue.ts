/** Runs a job when its turn comes; a job whose signal has aborted by then never runs. Each call has a function of its own. */
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
    waiting.add(job)
    signal.addEventListener('abort', () => waiting.delete(job), { once: true })
    queueMicrotask(startNext)
  }
}
