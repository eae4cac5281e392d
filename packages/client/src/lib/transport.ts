import type { EncodedMultipart, FilePart } from '@wx-upload/multipart'
import type { ReportError } from './callbacks.ts'
import type { Clock } from './clock.ts'
import type { StopSignal } from './stop.ts'
import type { Signal } from './upload-state.ts'
import type { UrlRules } from './url-rules.ts'

/**
 * What a platform provides so that `wx.uploadFile` can run on it.
 *
 * A platform moves bytes and translates its errors; it decides nothing, and knows nothing of tasks,
 * listeners and callbacks.
 *
 * @typeParam F what the platform's files are; its transport is handed back what its `openFile` gave
 */
export interface Platform<F extends UploadFile> {
  /**
   * Opens a file; what it says of itself is what the form will say.
   *
   * @throws {UploadError} where there is none, or it cannot be read
   */
  openFile(file: FileOption): Promise<F>
  readonly transport: Transport<F>
  /**
   * Why a caller cannot set the header of this lower-case name here, besides those that nobody can; it is left out with
   * a warning. Default: every one can be set.
   */
  readonly whyReserved?: (name: string) => string | undefined
  /** The last resort for what a callback throws. */
  readonly reportError: ReportError
  /** Tells the developer of something that was put right. */
  readonly warn: (message: string) => void
  /** Where uploads take their time from. Default: the system's clock. */
  readonly clock?: Clock
}

/** A file as the caller gives it. */
export interface FileOption {
  readonly filePath: string | Blob
  /** Key of the file in the form; empty where there is none. */
  readonly name: string
  /** The file name to send instead of the path's last segment. */
  readonly fileName: string | undefined
}

/** An open file: what the form says of it, and how to let go of it. */
export interface UploadFile extends FilePart {
  /** Releases the file; never rejects. */
  close(): Promise<void>
}

/** How a request is made: `POST` sends a form, `PUT` the file alone. [U-29] */
export type RequestMethod = 'POST' | 'PUT'

/** One request, ready to go on the wire. */
export interface UploadRequest<F extends UploadFile> {
  readonly method: RequestMethod
  readonly url: URL
  /** What the target of a redirect is held to, by a transport that follows redirects itself. [U-17] */
  readonly urlRules: UrlRules
  /** The caller's header, checked; without those that describe the body. */
  readonly header: Readonly<Record<string, string>>
  /** A form, or a single file. */
  readonly body: EncodedMultipart<F>
  /** Whether HTTP/2 may be used where the server offers it; a browser decides that itself. [U-30] */
  readonly mayUseHttp2: boolean
  /** Whether a browser sends the cookies that it has for another origin, and keeps those that come. [U-29] */
  readonly withCredentials: boolean
  /** The longest response body to accept, in bytes, after decoding. [U-21] */
  readonly maxResponseBytes: number
  /** When the call was made and when it left the queue, in milliseconds since the epoch. */
  readonly times: { readonly invokedAtMs: number; readonly startedAtMs: number }
}

/**
 * Sends one request and reports what happens as signals, `body` the last of them.
 *
 * It resolves, or rejects, when nothing of the request is left: no socket that is not idle in a pool, no
 * timer, no pending read. When `signal` aborts, which it does when the upload fails, it closes the connection at once.
 *
 * @throws {UploadError} where no whole response came
 */
export type Transport<F extends UploadFile> = (
  request: UploadRequest<F>,
  emit: (signal: Signal) => void,
  signal: AbortSignal,
) => Promise<void>

/** A transport that does with less than an AbortSignal. */
export type OwnTransport<F extends UploadFile> = (
  request: UploadRequest<F>,
  emit: (signal: Signal) => void,
  stop: StopSignal,
) => Promise<void>
