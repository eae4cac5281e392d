import type {
  Failure,
  HeadersReceived,
  UploadOption,
  UploadFileSuccess,
  UploadProgress,
} from './api.ts'
import { errorOf, UploadError } from './errors.ts'
import { isRecord, readCallbacks } from './options.ts'
import type { UploadTask } from './upload-task.ts'

/** Whatever can upload: a `wx`. */
export interface Uploader {
  uploadFile(option: UploadOption): UploadTask
}

export interface UploadFileAsyncOptions {
  /** Aborts the upload; its reason becomes the `cause` of the error. */
  readonly signal?: AbortSignal | undefined
  /** Called with the progress of the upload. */
  readonly onProgress?: ((event: UploadProgress) => void) | undefined
  /** Called with the header of the response, before the promise resolves. */
  readonly onHeaders?: ((event: HeadersReceived) => void) | undefined
  /** What uploads: a `wx` of this package. Default: its `wx` with the default configuration. */
  readonly wx?: Uploader | undefined
}

/**
 * `wx.uploadFile` as a promise of what `success` receives, whatever the HTTP status. The option's callbacks run as well,
 * before it settles. [U-28]
 *
 * It rejects, and never throws, with an UploadError: `errMsg` and `errno` as `fail` has them, and the `cause`.
 */
export type UploadFileAsync = (
  option: UploadOption,
  options?: UploadFileAsyncOptions,
) => Promise<UploadFileSuccess>

/** Makes the function for a `wx`, which is used where the call names no other. */
export function createUploadFileAsync(wx: Uploader): UploadFileAsync {
  return (option, { signal, onProgress, onHeaders, wx: uploader = wx } = {}) =>
    new Promise((resolve, reject) => {
      const given = isRecord(option) ? option : {}
      const { complete } = readCallbacks<UploadFileSuccess>(given)
      function end(result: UploadFileSuccess | Failure): void {
        signal?.removeEventListener('abort', abort)
        if ('statusCode' in result) resolve(result)
        else reject(toRejection(result, signal))
        complete?.(result)
      }
      // All else is read where it always is, getters and all.
      const task = uploader.uploadFile(Object.create(given, { complete: { value: end } }))
      const abort = (): void => task.abort()
      if (onProgress) task.onProgressUpdate(onProgress)
      if (onHeaders) task.onHeadersReceived(onHeaders)
      if (signal?.aborted) abort()
      else signal?.addEventListener('abort', abort)
    })
}

/** The error behind a failure; where the signal has aborted it, the reason is the cause. */
function toRejection(failure: Failure, signal: AbortSignal | undefined): UploadError {
  const error = errorOf(failure) ?? new UploadError('network', { cause: failure })
  if (error.code !== 'abort' || !signal?.aborted) return error
  return Object.assign(new UploadError('abort', { cause: signal.reason }), failure)
}
