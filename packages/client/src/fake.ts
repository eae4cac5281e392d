/**
 * A `wx` for unit tests: it sends nothing, and answers from a script.
 *
 * @module
 */
import { createWxOn, type FileOption, type UploadFile, type Wx, type WxConfig } from './core.ts'
import { systemClock } from './lib/clock.ts'
import { UploadError } from './lib/errors.ts'
import { createManualClock } from './lib/fake-clock.ts'
import {
  createFakeTransport,
  type FakeAnswer,
  type FakeRequest,
  toError,
} from './lib/fake-transport.ts'
import { nameOfBlob } from './lib/temp-files.ts'

export type { UploadTask, Wx, WxConfig } from './core.ts'
export type {
  FakeAnswer,
  FakeFailure,
  FakeRequest,
  FakeResponse,
  FakeTiming,
} from './lib/fake-transport.ts'

/** What a fake `wx` does; the configuration of any other `wx` besides. */
export interface FakeWxScript extends WxConfig {
  /**
   * How the requests go: all alike, each in turn and the last for all that follow, or as a function says. Default: status
   * 200 and no body, at once.
   */
  readonly answers?: FakeAnswer | readonly FakeAnswer[] | ((request: FakeRequest) => FakeAnswer)
  /** The paths that there are, with their sizes in bytes. Default: any path, of 1024 bytes. Blobs are what they are. */
  readonly files?: Readonly<Record<string, number>>
  /** The paths that `chooseImage` gives, as many as are asked for. Default: it fails with errno 100. */
  readonly images?: readonly string[]
  /**
   * `timers`: what takes time takes `setTimeout`, so that fake timers of a test runner move it. `manual`: it stands still
   * until `fake.advance()`. Default `timers`.
   */
  readonly time?: 'timers' | 'manual'
}

/** A `wx` with the tasks, the rules and the results of any other, but no network. */
export interface FakeWx extends Wx {
  readonly fake: {
    /** What `uploadFile` has been called with, in order. */
    readonly calls: readonly unknown[]
    /** What would have been sent, each try for itself. */
    readonly requests: readonly FakeRequest[]
    /**
     * Lets so many milliseconds pass, with all that happens in them.
     *
     * @throws {Error} without `time: 'manual'`
     */
    advance(ms: number): Promise<void>
  }
}

const defaultSize = 1024

/**
 * Makes a fake `wx`.
 *
 * @throws {TypeError} where no failure of `uploadFile` reads as an `errMsg` of `answers` does
 */
export function createFakeWx(script: FakeWxScript = {}): FakeWx {
  const { answers = {}, files, images, time, ...config } = script
  const clock = time === 'manual' ? createManualClock() : undefined
  const calls: unknown[] = []
  const requests: FakeRequest[] = []
  const answerTo = readAnswers(answers)
  const transport = createFakeTransport((request) => {
    requests.push(request)
    return answerTo(request)
  }, clock ?? systemClock)
  const wx = createWxOn(
    {
      openFile: (file) => openFile(file, files),
      transport,
      pickImages:
        images &&
        (async ({ count }) =>
          images.slice(0, count).map((path) => ({ path, size: sizeOf(path, files) ?? 0 }))),
      reportError: throwUncaught,
      warn: (message) => console.warn(message),
      clock: clock ?? systemClock,
    },
    config,
  )
  return {
    ...wx,
    uploadFile(option) {
      calls.push(option)
      return wx.uploadFile(option)
    },
    fake: {
      calls,
      requests,
      async advance(ms) {
        if (!clock) throw new Error("Only createFakeWx({ time: 'manual' }) can be advanced")
        await clock.advance(ms)
      },
    },
  }
}

function readAnswers(
  answers: NonNullable<FakeWxScript['answers']>,
): (request: FakeRequest) => FakeAnswer {
  if (typeof answers === 'function') return answers
  const list: readonly FakeAnswer[] = isList(answers) ? answers : [answers]
  for (const { errMsg } of list) if (errMsg !== undefined) toError(errMsg)
  let given = 0
  return () => list[Math.min(given++, list.length - 1)] ?? {}
}

function isList(answers: FakeAnswer | readonly FakeAnswer[]): answers is readonly FakeAnswer[] {
  return Array.isArray(answers)
}

async function openFile(
  { filePath, name, fileName }: FileOption,
  files: FakeWxScript['files'],
): Promise<UploadFile> {
  const size = sizeOf(filePath, files)
  if (size === undefined) throw new UploadError('file-not-found')
  const [ownName, type] =
    typeof filePath === 'string'
      ? [filePath.slice(filePath.lastIndexOf('/') + 1), '']
      : [nameOfBlob(filePath), filePath.type]
  return { name, fileName: fileName ?? ownName, type, size, async close() {} }
}

function sizeOf(file: string | Blob, files: FakeWxScript['files']): number | undefined {
  if (typeof file !== 'string') return file.size
  return files ? files[file] : defaultSize
}

/** [U-04] The test has to hear of it. */
function throwUncaught(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}
