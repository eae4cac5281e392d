import type { Clock } from './clock.ts'
import { pass } from './pass.ts'
import { parseFailure, type UploadError } from './errors.ts'
import { emptyProfile } from './request-profile.ts'
import { toHeadersReceived } from './response-header.ts'
import type { RequestMethod, Transport, UploadFile } from './transport.ts'

/** How a request of a fake `wx` goes: answered, or failed with this `errMsg`. */
export type FakeAnswer = FakeResponse | FakeFailure

/** When it happens, in fake time. */
export interface FakeTiming {
  /** Milliseconds that sending takes, with ten progress events. Default 0, with the last of them alone. */
  readonly durationMs?: number
  /** Milliseconds from the last byte sent to the answer. Default 0; `Infinity`: it never comes. */
  readonly delayMs?: number
}

export interface FakeResponse extends FakeTiming {
  /** Default 200. */
  readonly statusCode?: number
  /** Default empty. */
  readonly data?: string
  readonly header?: Readonly<Record<string, string>>
  /** Set-Cookie lines. */
  readonly cookies?: readonly string[]
  readonly errMsg?: undefined
}

export interface FakeFailure extends FakeTiming {
  /** As `fail` receives it, such as `uploadFile:fail timeout`; its errno follows. */
  readonly errMsg: string
  readonly statusCode?: undefined
  readonly data?: undefined
  readonly header?: undefined
  readonly cookies?: undefined
}

/** A request that a fake `wx` was to send; each try is one. */
export interface FakeRequest {
  readonly method: RequestMethod
  readonly url: URL
  readonly header: Readonly<Record<string, string>>
  readonly contentLength: number
  readonly files: readonly Pick<UploadFile, 'name' | 'fileName' | 'type' | 'size'>[]
}

/** How many progress events there are. */
const steps = 10

/** A transport that sends nothing, and takes its answers from a script. */
export function createFakeTransport(
  answerTo: (request: FakeRequest) => FakeAnswer,
  clock: Clock,
): Transport<UploadFile> {
  return async ({ method, url, header, body }, emit, signal) => {
    const { contentLength, segments } = body
    const files = segments.flatMap((part) => (part instanceof Uint8Array ? [] : [toEntry(part)]))
    const answer = answerTo({ method, url, header, contentLength, files })
    const { durationMs = 0, delayMs = 0, errMsg } = answer
    const failure = errMsg === undefined ? undefined : toError(errMsg)

    // What takes no time happens at once.
    const passBy = async (ms: number): Promise<void> => {
      if (ms > 0 && !signal.aborted) await pass(ms, { clock, stop: signal })
    }
    emit({ type: 'started', totalBytes: contentLength })
    const first = durationMs > 0 ? 1 : steps
    // What fails has not been sent whole.
    const last = failure ? steps - 1 : steps
    for (let step = first; step <= last; step += 1) {
      await passBy(durationMs / steps)
      const bytes = Math.ceil((contentLength * step) / steps)
      emit({ type: 'sent', bytes, atMs: clock.now() })
    }
    await passBy(delayMs)
    if (signal.aborted) return
    if (failure) throw failure
    const { statusCode = 200, data = '', cookies = [] } = answer
    const lines = cookies.map((cookie): [string, string] => ['Set-Cookie', cookie])
    const fields = [...Object.entries(answer.header ?? {}), ...lines]
    emit({ type: 'headers', headers: toHeadersReceived(statusCode, fields) })
    emit({ type: 'body', data, profile: emptyProfile })
  }
}

/**
 * The error that a script means by an `errMsg`.
 *
 * @throws {TypeError} where no failure of `uploadFile` reads so
 */
export function toError(errMsg: string): UploadError {
  const error = parseFailure(errMsg)
  if (error) return error
  const found = JSON.stringify(errMsg)
  throw new TypeError(
    `Cannot use the errMsg ${found} in answers: no failure of uploadFile reads so`,
  )
}

function toEntry({ name, fileName, type, size }: UploadFile): FakeRequest['files'][number] {
  return { name, fileName, type, size }
}
