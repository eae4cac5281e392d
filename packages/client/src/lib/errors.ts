import type { Failure } from './api.ts'

/** What went wrong, under a name that does not change. */
export type FailureCode =
  | 'abort'
  | 'cancel'
  | 'timeout'
  | 'not-supported'
  | 'no-gesture'
  | 'parameter'
  | 'network'
  | 'domain'
  | 'interrupted'
  | 'redirects'
  | 'url'
  | 'form-data'
  | 'response-too-large'
  | 'file-not-found'
  | 'file-unreadable'
  | 'file-changed'
  | 'file-permission'
  | 'file-is-directory'
  | 'file-not-regular'
  | 'sandbox'

/**
 * Every way an API call can fail: its `errno` and its text. [U-22]
 *
 * The numbers are the platform's published ones (its table has no row for uploads alone).
 */
const failures: Readonly<Record<FailureCode, readonly [errno: number, text: string]>> = {
  abort: [1, 'abort'],
  cancel: [1, 'cancel'],
  timeout: [5, 'timeout'],
  'not-supported': [100, 'jsapi not supported'],
  'no-gesture': [102, 'can only be invoked by user TAP gesture.'],
  parameter: [1001, 'parameter error: {detail}'],
  network: [600001, 'upload fail:{detail}'],
  domain: [600002, 'url not in domain list'],
  interrupted: [600003, 'interrupted'],
  redirects: [600008, 'network reach the max redirect count'],
  url: [600009, 'invalid url'],
  'form-data': [600010, 'invalid request data: {detail}'],
  'response-too-large': [602300, 'response exceeds {detail} bytes'],
  'file-not-found': [1300002, 'file not found'],
  'file-unreadable': [1300005, 'file cannot be read'],
  'file-changed': [1300005, 'file changed during upload'],
  'file-permission': [1300013, 'permission denied'],
  'file-is-directory': [1300021, 'is a directory'],
  'file-not-regular': [1300022, 'not a regular file'],
  sandbox: [1301000, 'permission denied, cannot access file path'],
}

/**
 * The net errors that a phone's network stack names, with its numbers, as it writes them. [U-22]
 *
 * Source: net_error_list.h of Chromium, whose network stack the phones carry.
 */
export type NetError =
  | '-2:net::ERR_FAILED'
  | '-100:net::ERR_CONNECTION_CLOSED'
  | '-101:net::ERR_CONNECTION_RESET'
  | '-102:net::ERR_CONNECTION_REFUSED'
  | '-103:net::ERR_CONNECTION_ABORTED'
  | '-105:net::ERR_NAME_NOT_RESOLVED'
  | '-106:net::ERR_INTERNET_DISCONNECTED'
  | '-107:net::ERR_SSL_PROTOCOL_ERROR'
  | '-109:net::ERR_ADDRESS_UNREACHABLE'
  | '-118:net::ERR_CONNECTION_TIMED_OUT'
  | '-200:net::ERR_CERT_COMMON_NAME_INVALID'
  | '-201:net::ERR_CERT_DATE_INVALID'
  | '-202:net::ERR_CERT_AUTHORITY_INVALID'
  | '-206:net::ERR_CERT_REVOKED'
  | '-321:net::ERR_INVALID_CHUNKED_ENCODING'
  | '-324:net::ERR_EMPTY_RESPONSE'
  | '-325:net::ERR_RESPONSE_HEADERS_TOO_BIG'
  | '-330:net::ERR_CONTENT_DECODING_FAILED'
  | '-337:net::ERR_HTTP2_PROTOCOL_ERROR'
  | '-351:net::ERR_HTTP2_SERVER_REFUSED_STREAM'
  | '-354:net::ERR_CONTENT_LENGTH_MISMATCH'
  | '-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING'
  | '-361:net::ERR_HTTP2_FLOW_CONTROL_ERROR'
  | '-365:net::ERR_HTTP_1_1_REQUIRED'
  | '-370:net::ERR_INVALID_HTTP_RESPONSE'

/**
 * Why an API call failed; what `fail` receives is made from it.
 *
 * `code` is stable, `message` explains, `cause` is the error that the platform gave, or the reason of an abort, where there
 * was one. Promises of the API reject with it.
 */
export class UploadError extends Error {
  override readonly name = 'UploadError'
  declare readonly code: FailureCode
  declare readonly errno: number
  /** What `{detail}` of the text stands for, or why, where the text has no place for it. */
  declare readonly detail: string
  /** What `fail` received; empty until it has been told. */
  errMsg = ''

  constructor(code: FailureCode, options: { detail?: string; cause?: unknown } = {}) {
    const [errno, text] = failures[code]
    const { detail = '' } = options
    super(
      text.replace('{detail}', () => detail),
      options,
    )
    this.code = code
    this.errno = errno
    this.detail = detail
  }
}

/** A failure of the network, as the phones' network stack would tell it. */
export function networkError(error: NetError, cause?: unknown): UploadError {
  return new UploadError('network', { detail: error, cause })
}

/** The object that `fail` of the named API receives; the error has its text from then on. */
export function toFailure(api: string, error: UploadError): Failure {
  error.errMsg = `${api}:fail ${error.message}`
  const { errMsg, errno } = error
  const failure = { errMsg, errno }
  errors.set(failure, error)
  return failure
}

/** The error that an `errMsg` of `uploadFile` tells of; undefined where none reads so. */
export function parseFailure(errMsg: string): UploadError | undefined {
  for (const code of Object.keys(failures) as FailureCode[]) {
    // Whatever stands for the detail is in one place at most.
    const [before = '', after = ''] = `uploadFile:fail ${failures[code][1]}`.split('{detail}')
    const hasDetail = failures[code][1].includes('{detail}')
    if (!hasDetail && errMsg === before) return new UploadError(code)
    if (hasDetail && errMsg.startsWith(before) && errMsg.endsWith(after)) {
      return new UploadError(code, {
        detail: errMsg.slice(before.length, errMsg.length - after.length),
      })
    }
  }
  return undefined
}

const errors = new WeakMap<object, UploadError>()

/** The error that a failure was made from, which knows more; undefined where another program made it. */
export function errorOf(failure: Failure): UploadError | undefined {
  return errors.get(failure)
}
