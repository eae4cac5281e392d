import type { FieldPart } from '@wx-upload/multipart'
import type { Failure, UploadFileSuccess } from './api.ts'
import type { Callbacks } from './callbacks.ts'
import { UploadError } from './errors.ts'
import { formatFormData } from './form-data.ts'
import { createHeaderReader, type HeaderReader, type WhyReserved } from './request-header.ts'
import type { FileOption } from './transport.ts'
import { checkUrl, type UrlRules } from './url-rules.ts'

/** A call of `wx.uploadFile` that can be carried out: checked, and cut off from the caller's objects. [U-05] */
export interface UploadCall {
  readonly url: URL
  readonly urlRules: UrlRules
  readonly file: FileOption
  readonly header: Readonly<Record<string, string>>
  readonly fields: readonly FieldPart[]
  /** Infinity: no limit. */
  readonly timeoutMs: number
}

export interface ReadOptions {
  readonly callbacks: Callbacks<UploadFileSuccess, Failure>
  /** An error is reported to `fail`; nothing was read or sent. */
  readonly call: UploadCall | UploadError
}

/** What the configuration contributes to the reading of a call. */
export interface OptionDefaults {
  readonly timeoutMs: number
  readonly urlRules: UrlRules
  readonly referer: string | undefined
  readonly whyReserved: WhyReserved
  readonly warn: (message: string) => void
}

/** Makes the function that reads the argument of each `wx.uploadFile`, once, at the call. [U-05] [U-06] */
export function createOptionReader(defaults: OptionDefaults): (option: unknown) => ReadOptions {
  const readHeader = createHeaderReader(defaults)
  return (option) => {
    const given = isRecord(option) ? option : {}
    return { callbacks: readCallbacks(given), call: tryReadCall(given, defaults, readHeader) }
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

/** The type of a value as the platform's error texts write it: `String`, `Undefined`, `Null`, `Array`. */
function typeName(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1)
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

/** What a function of the caller's takes cannot be seen at run time. */
function isFunction(value: unknown): value is () => void {
  return typeof value === 'function'
}

function tryReadCall(
  given: Readonly<Record<string, unknown>>,
  defaults: OptionDefaults,
  readHeader: HeaderReader,
): UploadCall | UploadError {
  try {
    return readCall(given, defaults, readHeader)
  } catch (thrown) {
    const error = toUploadError(thrown)
    // The platform's text does not say why, and it is the commonest mistake of all.
    if (error.code === 'url') defaults.warn(`uploadFile: invalid url: ${error.detail}`)
    return error
  }
}

/** Ours as it is; else a getter, a proxy or a toString of the caller's has thrown. [U-01] */
function toUploadError(thrown: unknown): UploadError {
  try {
    if (thrown instanceof UploadError) return thrown
    return new UploadError('parameter', {
      detail: `reading it threw ${String(thrown)};`,
      cause: thrown,
    })
  } catch {
    // It throws again when it is looked at.
    return new UploadError('parameter', { detail: 'reading it threw something unreadable;' })
  }
}

function readCall(
  given: Readonly<Record<string, unknown>>,
  defaults: OptionDefaults,
  readHeader: HeaderReader,
): UploadCall {
  const sentences: string[] = []
  const complain = (key: string, expected: string, value: unknown): void => {
    const found = value === '' ? 'empty String' : typeName(value)
    sentences.push(`parameter.${key} should be ${expected} instead of ${found};`)
  }
  // [U-06] One sentence for each wrong argument, in this order.
  const url = readString(given['url'])
  if (!url.ok) complain('url', url.expected, url.value)
  const filePath = readFilePath(given['filePath'])
  if (!filePath.ok) complain('filePath', filePath.expected, filePath.value)
  const name = readString(given['name'])
  if (!name.ok) complain('name', name.expected, name.value)
  const header = given['header']
  const headerIsUsable = header === undefined || isPlainObject(header)
  if (!headerIsUsable) complain('header', 'Object', header)
  const cleanHeader = readHeader(headerIsUsable ? header : undefined, sentences)
  const formData = given['formData']
  if (formData !== undefined && !isPlainObject(formData)) complain('formData', 'Object', formData)
  const timeout = given['timeout']
  if (timeout !== undefined && typeof timeout !== 'number') complain('timeout', 'Number', timeout)
  const fileName = given['fileName']
  if (fileName !== undefined && typeof fileName !== 'string')
    complain('fileName', 'String', fileName)

  if (!url.ok || !filePath.ok || !name.ok || sentences.length > 0) {
    throw new UploadError('parameter', { detail: sentences.join(' ') })
  }
  return {
    url: checkUrl(url.value, defaults.urlRules),
    urlRules: defaults.urlRules,
    file: {
      filePath: filePath.value,
      name: name.value,
      fileName: typeof fileName === 'string' && fileName !== '' ? fileName : undefined,
    },
    header: cleanHeader,
    fields: isPlainObject(formData) ? formatFormData(formData) : [],
    timeoutMs: isTimeout(timeout) ? timeout : defaults.timeoutMs,
  }
}

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly value: unknown; readonly expected: string }

function readString(value: unknown): Read<string> {
  if (typeof value === 'string' && value !== '') return { ok: true, value }
  return { ok: false, value, expected: value === '' ? 'non-empty String' : 'String' }
}

function readFilePath(value: unknown): Read<string | Blob> {
  // [U-09] A File or Blob is accepted too.
  return isBlob(value) ? { ok: true, value } : readString(value)
}

/** One of another window's is of another class. */
function isBlob(value: unknown): value is Blob {
  return value instanceof Blob || typeName(value) === 'File' || typeName(value) === 'Blob'
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeName(value) === 'Object'
}

/** Whether this is a timeout that counts: zero, a negative number and NaN are as good as none. [U-13] */
export function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value > 0
}
