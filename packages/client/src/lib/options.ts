import type { Failure, UploadFileSuccess } from './api.ts'
import { type Callbacks, isFunction } from './callbacks.ts'
import { UploadError } from './errors.ts'
import { createHeaderReader, type WhyReserved } from './request-header.ts'
import { readUploadCall, type UploadCall, type UploadCallDefaults } from './upload-call.ts'

export interface ReadOptions {
  readonly callbacks: Callbacks<UploadFileSuccess, Failure>
  /** An error is reported to `fail`; nothing was read or sent. */
  readonly call: UploadCall | UploadError
}

/** What the configuration contributes to the reading of a call. */
export interface OptionDefaults extends Omit<UploadCallDefaults, 'readHeader'> {
  readonly referer: string | undefined
  readonly whyReserved: WhyReserved | undefined
  readonly warn: (message: string) => void
}

/** Makes the function that reads the argument of each `wx.uploadFile`, once, at the call. [U-05] [U-06] */
export function createOptionReader(defaults: OptionDefaults): (option: unknown) => ReadOptions {
  const callDefaults = { ...defaults, readHeader: createHeaderReader(defaults) }
  return (option) => {
    const given = isRecord(option) ? option : {}
    return { callbacks: readCallbacks(given), call: tryReadCall(given, callDefaults) }
  }
}

/** The callbacks among the options of any API; what is no function counts as not given. [U-03] */
export function readCallbacks<Success>(
  given: Readonly<Record<string, unknown>>,
): Callbacks<Success, Failure> {
  return {
    success: readCallback(given, 'success'),
    fail: readCallback(given, 'fail'),
    complete: readCallback(given, 'complete'),
  }
}

/** Anything that may have options on it. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function readCallback(
  given: Readonly<Record<string, unknown>>,
  key: keyof Callbacks<never, never>,
): (() => void) | undefined {
  try {
    const value = given[key]
    return isFunction(value) ? value : undefined
  } catch {
    // A getter that throws gives no callback. [U-01]
    return undefined
  }
}

function tryReadCall(
  given: Readonly<Record<string, unknown>>,
  defaults: UploadCallDefaults & Pick<OptionDefaults, 'warn'>,
): UploadCall | UploadError {
  try {
    return readUploadCall(given, defaults)
  } catch (thrown) {
    const error = toUploadError(thrown)
    // The platform's text does not say why, and it is the commonest mistake of all.
    if (error.code === 'url') defaults.warn(`uploadFile: invalid url: ${error.detail}`)
    return error
  }
}

/** Ours as it is; else a getter, a proxy or a toString of the caller's has thrown. [U-01] */
function toUploadError(thrown: unknown): UploadError {
  let what = 'something unreadable'
  try {
    if (thrown instanceof UploadError) return thrown
    what = String(thrown)
  } catch {
    // It throws again when it is looked at.
  }
  return new UploadError('parameter', { detail: `reading it threw ${what};`, cause: thrown })
}
