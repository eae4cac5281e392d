/** Gathers what changes between two looks at the page: `request` may be called any number of times. */
export interface FrameBatch {
  /** Has `flush` run soon, once. */
  request(): void
}

/** The least time between two runs, in milliseconds: bars move by a transition between them. */
const leastMs = 100

/** Makes a batch that runs before a frame is drawn, or by a timer while the page is hidden and no frame is. */
export function createFrameBatch(flush: () => void): FrameBatch {
  let isRequested = false
  let lastRunAt = -Infinity

  function run(): void {
    isRequested = false
    lastRunAt = performance.now()
    flush()
  }

  return {
    request() {
      if (isRequested) return
      isRequested = true
      const waitMs = Math.max(0, lastRunAt + leastMs - performance.now())
      setTimeout(() => {
        if (document.hidden) run()
        else runBeforeFrame(run)
      }, waitMs)
    },
  }
}

/** A page that is hidden in the meantime gets no frame until it is shown again: a timer steps in. */
function runBeforeFrame(run: () => void): void {
  const fallback = setTimeout(() => {
    cancelAnimationFrame(frame)
    run()
  }, 1000)
  const frame = requestAnimationFrame(() => {
    clearTimeout(fallback)
    run()
  })
}
