/**
 * The API page's own names: what goes into `wx.uploadFile`, and what comes out of it.
 *
 * @module
 */

/** An argument of `wx.uploadFile`: one file, or (extensions) several in one form, or one without a form. */
export type UploadOption = UploadFileOption | UploadFilesOption | UploadBodyOption

/** A file, as the server is told of it. */
export interface UploadFileEntry {
  /**
   * The file: a path (relative to the working directory), a `file:` URL, a temporary path handed out by
   * `chooseImage`, or (an extension) a `Blob` or `File`.
   */
  filePath: string | Blob
  /** Key of the file in the form; the server finds the content under it. */
  name: string
  /** An extension: the file name that the server is told. Default: the last segment of the path. */
  fileName?: string
}

/** A form. */
export interface UploadFormOption extends UploadRequestOption {
  method?: 'POST'
  /**
   * Other fields of the form, sent before the file in the order of their keys.
   *
   * Numbers, booleans and bigints by `String()`, objects and arrays as JSON, dates as ISO 8601; `null` and
   * `undefined` are left out.
   */
  formData?: object
}

/** A form with one file. */
export interface UploadFileOption extends UploadFileEntry, UploadFormOption {
  files?: undefined
}

/** An extension: a form with several files. [U-29] */
export interface UploadFilesOption extends UploadFormOption {
  /** The files, in the order of sending, behind the fields. At least one. */
  files: readonly UploadFileEntry[]
  /** Ignored beside `files`. */
  filePath?: unknown
  /** Ignored beside `files`. */
  name?: unknown
  /** Ignored beside `files`. */
  fileName?: unknown
}

/**
 * An extension: `PUT`, with the file alone as the body, for pre-signed urls. [U-29]
 *
 * The Content-Type is the file's, unless `header` says another.
 */
export interface UploadBodyOption extends UploadRequestOption {
  method: 'PUT'
  filePath: string | Blob
  /** Ignored: without a form there is no key. */
  name?: unknown
  /** Of use for its extension, which decides the Content-Type. */
  fileName?: string
  formData?: undefined
  files?: undefined
}

/** What every argument of `wx.uploadFile` may have. Unknown options are ignored. */
export interface UploadRequestOption {
  /** Address of the developer server: `https:`, or `http:` to a loopback address. */
  url: string
  /**
   * HTTP request header; values become strings, `null` and `undefined` are left out.
   *
   * Referer and the headers that describe the body or the connection are left out with a warning.
   */
  header?: object
  /**
   * Milliseconds from leaving the queue to the last byte of the response.
   *
   * Default 60000 or the configuration's; `Infinity` is allowed; zero, a negative number and NaN count as
   * not given.
   */
  timeout?: number
  /**
   * An extension: how often to try again, after failures of the network that may pass and after 429, 502, 503 and 504.
   * Default 0.
   *
   * A try waits at random up to 1 second, twice that the next time, up to 30, and what the server asks for by Retry-After
   * before; where that is more than 30 seconds, or than `timeout` leaves, the answer is final. Every try has the same
   * `Idempotency-Key`: the one of `header`, or a random one.
   */
  retry?: number
  /**
   * An extension, for browsers: sends the cookies that the browser has for another origin, and keeps those that come.
   * Default false: a phone has none, and with `true` a server that lets every page read its answers is refused. Ignored
   * in Node.js.
   */
  withCredentials?: boolean
  /**
   * Uses HTTP/2 where the server offers it, else HTTP/1.1. Default false; `profile.protocol` says which it was. Ignored in
   * a browser, which chooses by itself.
   */
  enableHttp2?: boolean
  /** The same as `enableHttp2`: nothing here speaks QUIC, and HTTP/2 is what comes next. */
  enableQuic?: boolean
  /** Accepted for compatibility; the profile is always given. */
  enableProfile?: boolean
  /** Called when a response has been received, whatever its status. */
  success?: (result: UploadFileSuccess) => void
  /** Called when no whole response could be received. */
  fail?: (result: Failure) => void
  /** Called after `success` or `fail`, with the same object. */
  complete?: (result: UploadFileSuccess | Failure) => void
}

/** What `success` receives. */
export interface UploadFileSuccess {
  /** Body of the response as a string: UTF-8, one byte order mark removed, never parsed. */
  data: string
  /** HTTP status code; any status is a success. */
  statusCode: number
  /** Response header: names as they came on the wire, repeated ones joined with `, `. */
  header: Record<string, string>
  /** Each Set-Cookie line of the response. */
  cookies: string[]
  /** When each phase of the request began and ended. */
  profile: RequestProfile
  errMsg: string
}

/** What `fail` receives: a text that begins with `<api>:fail`, and its number. */
export interface Failure {
  errMsg: string
  /** See the table of errors in the README. */
  errno: number
}

/** What a listener of `onProgressUpdate` receives. Totals count the whole request body, in bytes. */
export interface UploadProgress {
  /** Whole percent, 0 to 100, rounded down. */
  progress: number
  totalBytesSent: number
  totalBytesExpectedToSend: number
  /** Equals `totalBytesSent`: the API page names both. */
  totalBytesWritten: number
  /** Equals `totalBytesExpectedToSend`: the API page names both. */
  totalBytesExpectedToWrite: number
}

/** What a listener of `onHeadersReceived` receives. */
export interface HeadersReceived {
  header: Record<string, string>
  statusCode: number
  cookies: string[]
}

/**
 * Times of the request in milliseconds since the epoch, 0 where a phase did not happen; names are the
 * platform's own, `receivedBytedCount` included. What cannot be known is 0.
 */
export interface RequestProfile {
  invokeStart: number
  queueStart: number
  queueEnd: number
  httpDNSDomainLookUpStart: number
  httpDNSDomainLookUpEnd: number
  redirectStart: number
  redirectEnd: number
  fetchStart: number
  domainLookUpStart: number
  domainLookUpEnd: number
  connectStart: number
  connectEnd: number
  SSLconnectionStart: number
  SSLconnectionEnd: number
  requestStart: number
  requestEnd: number
  responseStart: number
  responseEnd: number
  rtt: number
  estimate_nettype: number
  httpRttEstimate: number
  transportRttEstimate: number
  downstreamThroughputKbpsEstimate: number
  throughputKbps: number
  peerIP: string
  port: number
  socketReused: boolean
  /** Bytes that were sent on the connection, the request's head included; by HTTP/2, of the body alone. */
  sendBytesCount: number
  /** Bytes that came on the connection, the response's head included; by HTTP/2, of the body alone. */
  receivedBytedCount: number
  /** `http1.1`, `h2`, `quic` or `unknown`. */
  protocol: string
  usingHighPerformanceMode: boolean
}

/** An argument of `wx.chooseImage`. */
export interface ChooseImageOption {
  /** The most images that may be chosen. Default 9. */
  count?: number
  /** Default both. */
  sizeType?: ('original' | 'compressed')[]
  /** Default both. */
  sourceType?: ('album' | 'camera')[]
  success?: (result: ChooseImageSuccess) => void
  fail?: (result: Failure) => void
  complete?: (result: ChooseImageSuccess | Failure) => void
}

/** What `success` of `chooseImage` receives. */
export interface ChooseImageSuccess {
  /** Temporary paths, `wxfile://tmp_…`, for `uploadFile`. */
  tempFilePaths: string[]
  /** The same files with their sizes in bytes. */
  tempFiles: { path: string; size: number }[]
  errMsg: string
}
