const signals = ['SIGINT', 'SIGTERM'] as const

/** How long a signal counts as the one before it: npm passes on what the terminal has sent everybody already. */
const repeatMs = 500

/**
 * A signal that aborts at the first SIGINT or SIGTERM. For one that comes later than half a second after it, `onSecond` is
 * called, where there is one. The next has its default effect: it ends the process, whatever keeps that from ending.
 */
export function createInterruption(onSecond?: () => void): AbortSignal {
  const controller = new AbortController()
  const effects = [() => controller.abort(), ...(onSecond === undefined ? [] : [onSecond])]
  let isRepeat = false

  function hear(): void {
    if (isRepeat) return
    isRepeat = true
    effects.shift()?.()
    setTimeout(listenAgain, repeatMs).unref()
  }
  function listenAgain(): void {
    isRepeat = false
    if (effects.length > 0) return
    for (const signal of signals) process.off(signal, hear)
  }
  for (const signal of signals) process.on(signal, hear)
  return controller.signal
}
