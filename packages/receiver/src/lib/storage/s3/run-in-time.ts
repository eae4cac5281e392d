import { setMaxListeners } from 'node:events'
import { ReceiverError } from '../../problem/errors.ts'

/** How long something may take. */
export interface TimeOptions {
  /** Milliseconds. */
  readonly timeoutMs: number
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined
}

/** Runs an action that ends with its signal, or is left alone when it does not. Rejects in time. */
export async function runInTime<T>(
  what: string,
  action: (signal: AbortSignal) => Promise<T>,
  { timeoutMs, signal: outer }: TimeOptions,
): Promise<T> {
  const controller = new AbortController()
  const { signal } = controller
  // A page of a list asks for many records at once.
  setMaxListeners(0, signal)
  // The SDK may hold on to a request for a while after its signal.
  const ended = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  const timer = setTimeout(() => {
    const found = `${what} took longer than ${timeoutMs / 1000} s`
    controller.abort(new ReceiverError('storage-unavailable', found))
  }, timeoutMs)
  const onAbort = (): void => {
    controller.abort(new ReceiverError('aborted', `${what} was given up`))
  }
  outer?.addEventListener('abort', onAbort, { once: true })
  if (outer?.aborted === true) onAbort()
  try {
    return await Promise.race([ended, action(signal)])
  } finally {
    clearTimeout(timer)
    outer?.removeEventListener('abort', onAbort)
  }
}
