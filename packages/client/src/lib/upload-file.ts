import { encodeMultipart } from '@wx-upload/multipart'
import { networkError, UploadError } from './errors.ts'
import type { ReadOptions, UploadCall } from './options.ts'
import type { Platform, UploadFile } from './transport.ts'
import type { UploadQueue } from './upload-queue.ts'
import type { Signal } from './upload-state.ts'
import { createUploadTask, type UploadTask } from './upload-task.ts'

/** What one `wx` is made of. */
export interface UploadFileSetup<F extends UploadFile> {
  readonly platform: Platform<F>
  readonly readOptions: (option: unknown) => ReadOptions
  readonly queue: UploadQueue
  readonly maxResponseBytes: number
}

/** The longest delay that a timer takes; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1

/** Begins an upload and returns its task, whatever the argument. [U-01] */
export function startUpload<F extends UploadFile>(
  option: unknown,
  { platform, readOptions, queue, maxResponseBytes }: UploadFileSetup<F>,
): UploadTask {
  const invokedAtMs = Date.now()
  const { callbacks, call } = readOptions(option)
  const running = new AbortController()
  const { task, signal } = createUploadTask({
    callbacks,
    reportError: platform.reportError,
    onSettled: () => running.abort(),
  })
  if (call instanceof UploadError) {
    queueMicrotask(() => signal({ type: 'failed', error: call }))
  } else {
    const upload = { call, invokedAtMs, platform, maxResponseBytes, signal, stop: running.signal }
    queue(() => carryOut(upload), running.signal)
  }
  return task
}

interface Upload<F extends UploadFile> {
  readonly call: UploadCall
  readonly invokedAtMs: number
  readonly platform: Platform<F>
  readonly maxResponseBytes: number
  readonly signal: (signal: Signal) => void
  readonly stop: AbortSignal
}

/** Carries out an upload whose turn has come; resolves when nothing of it is left. */
async function carryOut<F extends UploadFile>(upload: Upload<F>): Promise<void> {
  const { call, signal, stop } = upload
  const startedAtMs = Date.now()
  // [U-13] From leaving the queue to the last byte of the response.
  const timer =
    call.timeoutMs <= longestTimerMs
      ? setTimeout(
          () => signal({ type: 'failed', error: new UploadError('timeout') }),
          call.timeoutMs,
        )
      : undefined
  stop.addEventListener('abort', () => clearTimeout(timer), { once: true })
  try {
    await send(upload, startedAtMs)
  } catch (error) {
    // After an abort this comes too late to count: the task has ended with its own reason.
    signal({
      type: 'failed',
      error: error instanceof UploadError ? error : networkError('-2:net::ERR_FAILED', error),
    })
  }
}

async function send<F extends UploadFile>(upload: Upload<F>, startedAtMs: number): Promise<void> {
  const { call, invokedAtMs, platform, signal, stop } = upload
  const file = await platform.openFile(call.file)
  try {
    if (stop.aborted) return
    const request = {
      url: call.url,
      urlRules: call.urlRules,
      header: call.header,
      // [U-14] The fields in order, then the file: S3, OSS and COS form uploads need that.
      body: encodeMultipart([...call.fields, file]),
      maxResponseBytes: upload.maxResponseBytes,
      times: { invokedAtMs, startedAtMs },
    }
    await platform.transport(request, signal, stop)
  } finally {
    await file.close()
  }
}
