import type {
  Failure,
  HeadersReceived,
  UploadBodyOption,
  UploadFileOption,
  UploadFileSuccess,
  UploadProgress,
} from '../api.ts'
import type { UploadTask } from '../upload-task.ts'

/** What a `wx` under test must have. */
export interface Uploader {
  uploadFile(option: UploadFileOption | UploadBodyOption): UploadTask
}

export type UploadEvent =
  | { readonly type: 'progress'; readonly progress: UploadProgress; readonly atMs: number }
  | { readonly type: 'headers'; readonly headers: HeadersReceived }
  | { readonly type: 'success'; readonly result: UploadFileSuccess }
  | { readonly type: 'fail'; readonly failure: Failure }
  | { readonly type: 'complete' }

/** An upload that is watched. */
export interface WatchedUpload {
  readonly task: UploadTask
  /** Everything that has happened on the task, in order. */
  readonly events: readonly UploadEvent[]
  /** The result or the failure, when `complete` has run. */
  readonly ended: Promise<UploadFileSuccess | Failure>
}

/** Starts an upload and writes down all that happens on its task. */
export function startUpload(
  wx: Uploader,
  option:
    | (Pick<UploadFileOption, 'url' | 'filePath'> & Partial<UploadFileOption>)
    | UploadBodyOption,
): WatchedUpload {
  const events: UploadEvent[] = []
  let end: (result: UploadFileSuccess | Failure) => void
  const ended = new Promise<UploadFileSuccess | Failure>((resolve) => (end = resolve))
  const task = wx.uploadFile({
    name: 'file',
    ...option,
    success: (result) => void events.push({ type: 'success', result }),
    fail: (failure) => void events.push({ type: 'fail', failure }),
    complete: (result) => {
      events.push({ type: 'complete' })
      end(result)
    },
  })
  task.onProgressUpdate((progress) => {
    events.push({ type: 'progress', progress, atMs: performance.now() })
  })
  task.onHeadersReceived((headers) => void events.push({ type: 'headers', headers }))
  return { task, events, ended }
}

/** Uploads, and gives the result or the failure. */
export function upload(
  ...call: Parameters<typeof startUpload>
): Promise<UploadFileSuccess | Failure> {
  return startUpload(...call).ended
}

/** The types of events, in order, runs of progress shortened to one. */
export function eventTypes({ events }: WatchedUpload): string[] {
  return events
    .map(({ type }) => type)
    .filter((type, at, all) => type !== 'progress' || all[at - 1] !== type)
}

/** The progress events alone. */
export function progressEvents({ events }: WatchedUpload): UploadProgress[] {
  return events.flatMap((event) => (event.type === 'progress' ? [event.progress] : []))
}
