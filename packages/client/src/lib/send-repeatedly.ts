import { pass } from './pass.ts'
import { retryDelayMs, type TryEnd } from './retry.ts'
import type { Upload } from './send-upload.ts'
import type { UploadFile, UploadRequest } from './transport.ts'
import type { Signal } from './upload-state.ts'

/**
 * Sends a request until what comes is final, within the time of the upload. [U-29]
 *
 * @throws {UploadError} where the last try brought no whole response
 */
export async function sendRepeatedly<F extends UploadFile>(
  request: UploadRequest<F>,
  upload: Upload<F>,
): Promise<void> {
  const { call, clock, startedAtMs, stop } = upload
  for (let tries = 1; !stop.aborted; tries += 1) {
    const delayMs = await tryOnce(request, upload, (end) => {
      const nowMs = clock.now()
      const remainingMs = startedAtMs + call.timeoutMs - nowMs
      return retryDelayMs(end, call.retry, { tries, remainingMs, nowMs, random: Math.random() })
    })
    if (delayMs === undefined || stop.aborted) return
    await pass(delayMs, upload)
  }
}

/**
 * Sends a request once. What is sent is told at once, but of the answer only what is final.
 *
 * @returns how long to wait before the next try; undefined where there is to be none
 */
async function tryOnce<F extends UploadFile>(
  request: UploadRequest<F>,
  { transport, signal, stop }: Upload<F>,
  delayAfter: (end: TryEnd) => number | undefined,
): Promise<number | undefined> {
  const attempt = new AbortController()
  const giveUp = (): void => attempt.abort()
  stop.addEventListener('abort', giveUp)
  let delayMs: number | undefined
  let held: Signal | undefined

  function receive(event: Signal): void {
    if (event.type === 'headers') {
      delayMs = delayAfter(event)
      // What else this answer says is of no use.
      if (delayMs !== undefined) return giveUp()
      // Where it is cut short there will be another.
      held = event
      return
    }
    if (delayMs !== undefined) return
    if (event.type === 'body' && held) signal(held)
    signal(event)
  }

  try {
    await transport(request, receive, attempt.signal)
  } catch (error) {
    delayMs ??= delayAfter({ error })
    if (delayMs !== undefined) return delayMs
    if (held) signal(held)
    throw error
  } finally {
    stop.removeEventListener('abort', giveUp)
  }
  return delayMs
}
