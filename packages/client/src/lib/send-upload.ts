import { type EncodedMultipart, formatMultipart } from '@wx-upload/multipart'
import { type Clock, pass } from './clock.ts'
import { retryDelayMs, type TryEnd } from './retry.ts'
import type { Platform, UploadFile, UploadRequest } from './transport.ts'
import type { UploadCall } from './upload-call.ts'
import type { Signal } from './upload-state.ts'

/** An upload whose turn has come. */
export interface Upload<F extends UploadFile> {
  readonly call: UploadCall
  readonly invokedAtMs: number
  readonly startedAtMs: number
  readonly platform: Platform<F>
  readonly clock: Clock
  readonly maxResponseBytes: number
  readonly signal: (signal: Signal) => void
  readonly stop: AbortSignal
}

/**
 * Opens the files of an upload and sends them, again where that may help; resolves when nothing of it is left.
 *
 * @throws {UploadError} where a file cannot be read, or no whole response came
 */
export async function sendUpload<F extends UploadFile>(upload: Upload<F>): Promise<void> {
  const { call, platform, stop } = upload
  const files: F[] = []
  try {
    for (const file of call.files) {
      files.push(await platform.openFile(file))
      if (stop.aborted) return
    }
    await sendRepeatedly(createRequest(upload, files), upload)
  } finally {
    await Promise.all(files.map((file) => file.close()))
  }
}

function createRequest<F extends UploadFile>(
  { call, invokedAtMs, startedAtMs, maxResponseBytes }: Upload<F>,
  files: readonly F[],
): UploadRequest<F> {
  return {
    ...call,
    // [U-14] The fields in order, then the files: S3, OSS and COS form uploads need that.
    body:
      call.method === 'POST'
        ? formatMultipart([...call.fields, ...files])
        : bare(files, call.contentType),
    maxResponseBytes,
    times: { invokedAtMs, startedAtMs },
  }
}

/** [U-29] The one file of a call without a form. */
function bare<F extends UploadFile>(
  files: readonly F[],
  contentType = files[0]?.type || 'application/octet-stream',
): EncodedMultipart<F> {
  return { contentType, contentLength: files[0]?.size ?? 0, segments: files }
}

/** [U-29] Sends a request until what comes is final, within the time of the upload. */
async function sendRepeatedly<F extends UploadFile>(
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
  { call, platform, signal, stop }: Upload<F>,
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
      if (call.retry > 0) {
        held = event
        return
      }
    }
    if (delayMs !== undefined) return
    if (event.type === 'body' && held) signal(held)
    signal(event)
  }

  try {
    await platform.transport(request, receive, attempt.signal)
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
