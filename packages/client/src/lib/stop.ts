/** What whoever carries out an upload is stopped by. Every AbortSignal is one. */
export interface StopSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/**
 * Stops an upload, once and for all, as an AbortController would. Node.js 20 gives every AbortSignal hidden classes of its own,
 * and to make and to collect them took a sixth of a small upload.
 */
export class Stop implements StopSignal {
  #aborted = false
  readonly #listeners = new Set<() => void>()

  get aborted(): boolean {
    return this.#aborted
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener)
  }

  abort(): void {
    if (this.#aborted) return
    this.#aborted = true
    for (const listener of this.#listeners) listener()
  }
}

/** An AbortSignal that aborts with `stop`, for those to whom an API hands no less. */
export function toAbortSignal(stop: StopSignal): AbortSignal {
  const controller = new AbortController()
  if (stop.aborted) controller.abort()
  else stop.addEventListener('abort', () => controller.abort())
  return controller.signal
}
