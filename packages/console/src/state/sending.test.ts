import type { UploadFileOption, UploadProgress } from '@wx-upload/client'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSending, type RunningTask, type Sending, type SendingState } from './sending.ts'

/** An upload that the test moves. */
interface Moved {
  readonly option: UploadFileOption
  progress(sent: number, total: number): void
  answer(statusCode: number): void
  fail(errno: number, errMsg: string): void
}

let moved: Moved[]
let ends: SendingState[]
let flush: () => void
let sending: Sending

beforeEach(() => {
  moved = []
  ends = []
  let lastId = 0
  sending = createSending({
    uploadFile,
    url: 'http://127.0.0.1/upload',
    createFrameBatch(run) {
      flush = run
      return { request: () => undefined }
    },
    createRequestId: () => `id${(lastId += 1)}`,
    isOnline: () => true,
    onEnd: (state) => ends.push(state),
  })
})

function uploadFile(option: UploadFileOption): RunningTask {
  const listeners: ((progress: UploadProgress) => void)[] = []
  const upload: Moved = {
    option,
    progress: (sent, total) =>
      listeners.forEach((listener) =>
        listener({
          progress: Math.floor((sent * 100) / total),
          totalBytesSent: sent,
          totalBytesExpectedToSend: total,
          totalBytesWritten: sent,
          totalBytesExpectedToWrite: total,
        }),
      ),
    answer: (statusCode) =>
      // All that is read of it.
      option.success?.({ statusCode, data: '' } as Parameters<
        NonNullable<UploadFileOption['success']>
      >[0]),
    fail: (errno, errMsg) => option.fail?.({ errno, errMsg }),
  }
  moved.push(upload)
  return {
    abort: () => upload.fail(1, 'uploadFile:fail abort'),
    onProgressUpdate: (listener) => void listeners.push(listener),
  }
}

function add(...sizes: number[]): void {
  const files = sizes.map((size, index) => new File([new Uint8Array(size)], `file${index}`))
  sending.add(files.map((file) => ({ file, folder: '' })))
  flush()
}

function names(part: 'active' | 'waiting' | 'notSent' | 'done'): string[] {
  return sending.sections.value[part].map(({ file }) => file.name)
}

describe('createSending', () => {
  it('runs ten at once, and the next when one ends', () => {
    add(...Array.from({ length: 12 }, () => 1))
    expect(names('active')).toHaveLength(10)
    expect(names('waiting')).toEqual(['file10', 'file11'])
    moved[3]?.answer(200)
    flush()
    expect(names('waiting')).toEqual(['file11'])
    expect(names('done')).toEqual(['file3'])
  })

  it('sends each upload with an id of its own and without a time limit', () => {
    add(1, 1)
    expect(moved.map(({ option }) => option)).toMatchObject([
      { header: { 'X-Request-Id': 'id1' }, timeout: Infinity, name: 'file' },
      { header: { 'X-Request-Id': 'id2' } },
    ])
    expect(sending.isOwn('id1')).toBe(true)
    expect(sending.isOwn('id3')).toBe(false)
  })

  it('counts files and bytes of what is being sent', () => {
    add(100, 300)
    moved[0]?.progress(50, 100)
    flush()
    expect(sending.state.value).toMatchObject({ files: 2, settledBytes: 50, totalBytes: 400 })
    moved[0]?.answer(200)
    moved[1]?.fail(600001, 'uploadFile:fail upload fail:-2')
    flush()
    expect(sending.state.value).toMatchObject({ doneFiles: 1, failedFiles: 1, isRunning: false })
    expect(ends).toHaveLength(1)
  })

  it('counts anew once all has ended', () => {
    add(100)
    moved[0]?.answer(200)
    flush()
    add(100, 100)
    expect(sending.state.value).toMatchObject({ files: 2, doneFiles: 0 })
  })

  it('sends again what failed or was aborted, and knows which failures may have passed', () => {
    add(1, 1, 1)
    moved[0]?.fail(600001, 'uploadFile:fail upload fail:-2')
    moved[1]?.answer(413)
    const [, , third] = sending.sections.value.active
    if (third) sending.abort(third)
    flush()
    expect(names('notSent')).toEqual(['file0', 'file1', 'file2'])
    expect(sending.passing.value.map(({ file }) => file.name)).toEqual(['file0'])
    sending.tryAgain(sending.sections.value.notSent)
    flush()
    expect(names('active')).toEqual(['file0', 'file1', 'file2'])
    expect(moved).toHaveLength(6)
    expect(sending.passing.value).toEqual([])
  })

  it('aborts what waits before what runs, so that nothing is started to be aborted', () => {
    add(...Array.from({ length: 12 }, () => 1))
    const aborted: string[] = []
    for (const { option } of moved) {
      const { fail } = option
      option.fail = (failure) => {
        aborted.push((option.filePath as File).name)
        fail?.(failure)
      }
    }
    sending.abortAll()
    flush()
    expect(aborted.slice(0, 2)).toEqual(['file11', 'file10'])
    expect(names('notSent')).toHaveLength(12)
    expect(sending.state.value).toMatchObject({ files: 0, isRunning: false })
  })

  it('forgets what is dismissed and what is finished, and nothing that is under way', () => {
    add(1, 1, 1)
    moved[0]?.answer(200)
    moved[1]?.answer(500)
    flush()
    const [failed] = sending.sections.value.notSent
    if (failed) sending.dismiss(failed)
    sending.clearFinished()
    flush()
    expect(names('done')).toEqual([])
    expect(names('notSent')).toEqual([])
    expect(names('active')).toEqual(['file2'])
  })
})
