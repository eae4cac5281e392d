const signals = ['SIGINT', 'SIGTERM'] as const

/** How long a signal counts as the first one once more: npm passes on what the terminal has sent everybody already. */
const repeatMs = 500

/**
 * A signal that aborts at the first SIGINT or SIGTERM. One that comes later than half a second after it has its default
 * effect: it ends the process, whatever keeps that from ending.
 */
export function createInterruption(): AbortSignal {
  const controller = new AbortController()
  function abort(): void {
    controller.abort()
    setTimeout(restore, repeatMs).unref()
  }
  function restore(): void {
    for (const signal of signals) process.off(signal, abort)
  }
  for (const signal of signals) process.on(signal, abort)
  return controller.signal
}
