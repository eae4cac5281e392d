import type { Clock } from './clock.ts'
import type { StopSignal } from './stop.ts'

/** Resolves when the time has passed, or `stop` aborts, which has not yet. */
export function pass(
  delayMs: number,
  { clock, stop }: { readonly clock: Clock; readonly stop: StopSignal },
): Promise<void> {
  return new Promise((resolve) => {
    function end(): void {
      callOff()
      stop.removeEventListener('abort', end)
      resolve()
    }
    const callOff = clock.after(delayMs, end)
    stop.addEventListener('abort', end)
  })
}
