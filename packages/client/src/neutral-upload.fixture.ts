import {
  createWx,
  type Failure,
  type HeadersReceived,
  type UploadFileSuccess,
  type UploadProgress,
  type UploadTask,
  type WxConfig,
} from '@wx-upload/client'
import { expect } from 'vitest'
import { type Echo, openRoom } from './neutral-room.fixture.ts'

/** A small file that every platform has. */
export const photo: File = new File(['not really a photograph'], 'photo.jpg', {
  type: 'image/jpeg',
})

/** A file that no system takes into its buffers at once. */
export function createLargeFile(sizeBytes: number = 64 * 1024 * 1024): File {
  return new File([new Uint8Array(sizeBytes)], 'large.bin')
}

/** All that has happened on a task. */
export interface Watched {
  readonly task: UploadTask
  readonly events: readonly string[]
  readonly progress: readonly UploadProgress[]
  readonly headers: () => HeadersReceived | undefined
  readonly warnings: readonly string[]
  /** What `complete` was given. */
  readonly ended: Promise<Partial<UploadFileSuccess> & Partial<Failure>>
}

/** Calls `wx.uploadFile` with any argument, by default that of a good upload, and writes down what happens. */
export function watch(option: Record<string, unknown>, config: WxConfig = {}): Watched {
  const events: string[] = []
  const progress: UploadProgress[] = []
  const warnings: string[] = []
  let headers: HeadersReceived | undefined
  let end: (result: Partial<UploadFileSuccess> & Partial<Failure>) => void
  const ended = new Promise<Partial<UploadFileSuccess> & Partial<Failure>>(
    (resolve) => (end = resolve),
  )
  const wx = createWx({ warn: (message) => warnings.push(message), ...config })
  const given: object = {
    url: 'url' in option ? option['url'] : openRoom().url('echo'),
    filePath: photo,
    name: 'file',
    ...option,
    success: () => events.push('success'),
    fail: () => events.push('fail'),
    complete(result: UploadFileSuccess | Failure) {
      events.push('complete')
      end(result)
    },
  }
  const task: UploadTask = Reflect.apply(wx.uploadFile, wx, [given])
  task.onProgressUpdate((event) => {
    progress.push(event)
    if (events.at(-1) !== 'progress') events.push('progress')
  })
  task.onHeadersReceived((event) => {
    headers = event
    events.push('headers')
  })
  return { task, events, progress, headers: () => headers, warnings, ended }
}

/** Uploads and waits for the end. */
export async function upload(option: Record<string, unknown>, config?: WxConfig) {
  const watched = watch(option, config)
  return { ...watched, ...(await watched.ended), headers: watched.headers() }
}

/** What the server was sent in an upload. */
export async function echoOf(option: Record<string, unknown>, config?: WxConfig): Promise<Echo> {
  const { data, errMsg } = await upload(option, config)
  expect(errMsg).toBe('uploadFile:ok')
  return JSON.parse(data ?? '')
}
