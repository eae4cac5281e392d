import type { FieldPart } from '@wx-upload/multipart'
import {
  anyBoolean,
  anyNumber,
  anyString,
  type ArgumentType,
  type CheckArgument,
  createArgumentCheck,
  fileOrPath,
  isDuration,
  nonEmptyArray,
  nonEmptyString,
  nothing,
  optional,
  plainObject,
} from './arguments.ts'
import { UploadError } from './errors.ts'
import { formatFormData } from './form-data.ts'
import { randomHex } from './random-hex.ts'
import type { HeaderReader } from './request-header.ts'
import type { FileOption, RequestMethod } from './transport.ts'
import { checkUrl, type UrlRules } from './url-rules.ts'

/** A call of `wx.uploadFile` that can be carried out: checked, and cut off from the caller's objects. [U-05] */
export interface UploadCall {
  readonly method: RequestMethod
  readonly url: URL
  readonly urlRules: UrlRules
  readonly files: readonly FileOption[]
  readonly header: Readonly<Record<string, string>>
  /** What the caller says of a file that is the body; undefined: what the file says. */
  readonly contentType: string | undefined
  readonly fields: readonly FieldPart[]
  /** Infinity: no limit. */
  readonly timeoutMs: number
  /** How often to try again. */
  readonly retry: number
  readonly mayUseHttp2: boolean
  readonly withCredentials: boolean
}

/** What the configuration contributes to a call. */
export interface UploadCallDefaults {
  readonly timeoutMs: number
  readonly urlRules: UrlRules
  readonly readHeader: HeaderReader
}

type Given = Readonly<Record<string, unknown>>

const requestMethod: ArgumentType<RequestMethod> = {
  name: 'POST or PUT',
  is: (value): value is RequestMethod => value === 'POST' || value === 'PUT',
}

/**
 * Reads the options of a call, each of them once.
 *
 * @throws {UploadError} `parameter`, `url`, `domain`, `form-data`; and what a getter of the caller's throws
 */
export function readUploadCall(given: Given, defaults: UploadCallDefaults): UploadCall {
  const sentences: string[] = []
  const check = createArgumentCheck(sentences)
  const { method = 'POST', files: list } = given
  const isForm = method !== 'PUT'
  // [U-06] One sentence for each wrong argument, in this order. What stands in for a wrong one goes nowhere.
  const url = check('url', given['url'], nonEmptyString) ?? ''
  // [U-29] One beside several is ignored, as uni-app does.
  const one = isForm && list !== undefined ? undefined : readFile(given, check, isForm)
  const header = defaults.readHeader(check('header', given['header'], optional(plainObject)), {
    sentences,
    isForm,
  })
  // What would be lost is an error; a name with PUT is not, for the platform's types ask for it.
  const formData = check('formData', given['formData'], isForm ? optional(plainObject) : nothing)
  const timeout = check('timeout', given['timeout'], optional(anyNumber))
  const files = one ? [{ fileName: readFileName(given, check), ...one }] : []
  const several = check('files', list, isForm ? optional(nonEmptyArray) : nothing) ?? []
  for (const [index, file] of several.entries()) {
    const checkIn: CheckArgument = (key, ...argument) =>
      check(`files[${index}].${key}`, ...argument)
    const listed = check(`files[${index}]`, file, plainObject)
    if (!listed) continue
    const { filePath, name } = readFile(listed, checkIn, isForm)
    files.push({ filePath, name, fileName: readFileName(listed, checkIn) })
  }
  check('method', method, requestMethod)
  const retry = check('retry', given['retry'], optional(anyNumber)) ?? 0
  const isOn = (key: string): boolean => check(key, given[key], optional(anyBoolean)) === true
  const http2 = isOn('enableHttp2')
  const quic = isOn('enableQuic')
  const withCredentials = isOn('withCredentials')
  if (sentences.length > 0) throw new UploadError('parameter', { detail: sentences.join(' ') })

  // [U-29] Whoever tries again lets the server know it.
  if (retry > 0 && !header.has('idempotency-key')) {
    header.set('idempotency-key', ['Idempotency-Key', randomHex()])
  }
  const contentType = header.get('content-type')?.[1]
  header.delete('content-type')
  return {
    method: isForm ? 'POST' : 'PUT',
    url: checkUrl(url, defaults.urlRules),
    urlRules: defaults.urlRules,
    files,
    header: Object.fromEntries(header.values()),
    contentType,
    fields: formatFormData(formData ?? {}),
    timeoutMs: isDuration(timeout) ? timeout : defaults.timeoutMs,
    retry,
    // [U-30] Where there is no QUIC, HTTP/2 is what comes next.
    mayUseHttp2: http2 || quic,
    withCredentials,
  }
}

function readFile(
  given: Given,
  check: CheckArgument,
  isForm: boolean,
): Pick<FileOption, 'filePath' | 'name'> {
  return {
    filePath: check('filePath', given['filePath'], fileOrPath) ?? '',
    name: (isForm && check('name', given['name'], nonEmptyString)) || '',
  }
}

function readFileName(given: Given, check: CheckArgument): string | undefined {
  return check('fileName', given['fileName'], optional(anyString)) || undefined
}
