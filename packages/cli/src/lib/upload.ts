import type { UploadOption, UploadProgress, Wx } from '@wx-upload/client'

/** How an upload ended: the server answered, whatever the status, or no answer came. */
export type Outcome =
  | {
      readonly kind: 'answered'
      readonly statusCode: number
      readonly data: string
      readonly errMsg: string
    }
  | { readonly kind: 'failed'; readonly errno: number; readonly errMsg: string }

/** Uploads one file with `wx.uploadFile`, whose callbacks are taken; the signal aborts the task. */
export function upload(
  option: UploadOption,
  {
    wx,
    signal,
    onProgress,
  }: { wx: Wx; signal: AbortSignal; onProgress: (event: UploadProgress) => void },
): Promise<Outcome> {
  return new Promise((resolve) => {
    function abort(): void {
      task.abort()
    }
    function settle(outcome: Outcome): void {
      signal.removeEventListener('abort', abort)
      resolve(outcome)
    }
    const task = wx.uploadFile({
      ...option,
      success({ statusCode, data, errMsg }) {
        settle({ kind: 'answered', statusCode, data, errMsg })
      },
      fail({ errno, errMsg }) {
        settle({ kind: 'failed', errno, errMsg })
      },
    })
    task.onProgressUpdate(onProgress)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  })
}
