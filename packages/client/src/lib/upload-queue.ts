/** Runs a job when its turn comes; what it returns takes out one that has not begun. Each call has a function of its own. */
export type UploadQueue = (job: () => Promise<void>) => () => void

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
      void run(job)
    }
  }

  async function run(job: () => Promise<void>): Promise<void> {
    running += 1
    try {
      await job()
    } finally {
      running -= 1
      startNext()
    }
  }

  return (job) => {
    waiting.add(job)
    queueMicrotask(startNext)
    return () => waiting.delete(job)
  }
}
