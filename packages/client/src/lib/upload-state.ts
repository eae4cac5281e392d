import type { HeadersReceived, RequestProfile, UploadFileSuccess, UploadProgress } from './api.ts'
import type { UploadError } from './errors.ts'

/**
 * The life of one upload, as a pure function: no timers, sockets, clocks or callbacks.
 *
 * What the outside world does arrives as a {@link Signal}; what it must do leaves as an {@link Effect}.
 * `upload-task.ts` is the only caller.
 *
 * @module
 */
export type UploadState =
  /** In the queue, or the file is being opened: nothing has been sent. */
  | { readonly phase: 'waiting' }
  | {
      readonly phase: 'sending'
      readonly sentBytes: number
      readonly totalBytes: number
      readonly lastProgressAtMs: number
    }
  /** The final response has begun. What is not sent by now never will be. */
  | { readonly phase: 'receiving'; readonly headers: HeadersReceived }
  | { readonly phase: 'settled' }

export type Signal =
  /** A request with a body of this length begins; again when it is sent anew. */
  | { readonly type: 'started'; readonly totalBytes: number }
  /** This much of the body, in all, has been taken by the operating system, at this monotonic time. */
  | { readonly type: 'sent'; readonly bytes: number; readonly atMs: number }
  | { readonly type: 'headers'; readonly headers: HeadersReceived }
  /** The response is whole. */
  | { readonly type: 'body'; readonly data: string; readonly profile: RequestProfile }
  | { readonly type: 'failed'; readonly error: UploadError }

/** What the caller is told at the end. */
export type Outcome = UploadFileSuccess | UploadError

export type Effect =
  | { readonly type: 'progress'; readonly progress: UploadProgress }
  | { readonly type: 'headersReceived'; readonly headers: HeadersReceived }
  /** The end: release everything, then tell the caller. */
  | { readonly type: 'settle'; readonly outcome: Outcome }

export type Step = readonly [next: UploadState, effects: readonly Effect[]]

/** The shortest time between two progress events, but for the last: about 20 a second. [U-23] */
const progressIntervalMs = 50

export const initialState: UploadState = { phase: 'waiting' }

const settled: UploadState = { phase: 'settled' }

/** The next state, and what must be done on the way to it. A signal that comes too late changes nothing. */
export function step(state: UploadState, signal: Signal): Step {
  // Late signals from a transport that lost a race are normal, not errors. [U-03]
  if (state.phase === 'settled') return unchanged(state)

  switch (signal.type) {
    case 'failed':
      return settle(signal.error)
    case 'started':
      return state.phase === 'receiving' ? unchanged(state) : onStarted(signal.totalBytes)
    case 'sent':
      return state.phase === 'sending' ? onSent(state, signal) : unchanged(state)
    case 'headers':
      return state.phase === 'sending' ? onHeaders(signal.headers) : unchanged(state)
    case 'body':
      return state.phase === 'receiving' ? onBody(state.headers, signal) : unchanged(state)
    default:
      return signal satisfies never
  }
}

function unchanged(state: UploadState): Step {
  return [state, []]
}

function onStarted(totalBytes: number): Step {
  const state: UploadState = {
    phase: 'sending',
    sentBytes: 0,
    totalBytes,
    lastProgressAtMs: -Infinity,
  }
  // Of an empty body nothing is sent, and that is all of it.
  return [state, totalBytes > 0 ? [] : [{ type: 'progress', progress: progressOf(0, 0) }]]
}

function onSent(
  state: UploadState & { phase: 'sending' },
  { bytes, atMs }: Signal & { type: 'sent' },
): Step {
  const sentBytes = Math.min(bytes, state.totalBytes)
  if (sentBytes <= state.sentBytes) return [state, []]
  const isLast = sentBytes === state.totalBytes
  if (!isLast && atMs - state.lastProgressAtMs < progressIntervalMs) {
    return [{ ...state, sentBytes }, []]
  }
  const progress = progressOf(sentBytes, state.totalBytes)
  return [{ ...state, sentBytes, lastProgressAtMs: atMs }, [{ type: 'progress', progress }]]
}

function progressOf(sentBytes: number, totalBytes: number): UploadProgress {
  return {
    // Not the fraction a hundred times: of 29 and 100 that is less than 29.
    progress: totalBytes === 0 ? 100 : Math.floor((sentBytes * 100) / totalBytes),
    totalBytesSent: sentBytes,
    totalBytesExpectedToSend: totalBytes,
    totalBytesWritten: sentBytes,
    totalBytesExpectedToWrite: totalBytes,
  }
}

function onHeaders(headers: HeadersReceived): Step {
  return [{ phase: 'receiving', headers }, [{ type: 'headersReceived', headers }]]
}

function onBody(headers: HeadersReceived, { data, profile }: Signal & { type: 'body' }): Step {
  // [U-20] Any HTTP status is a success.
  return settle({ data, ...headers, profile, errMsg: 'uploadFile:ok' })
}

function settle(outcome: Outcome): Step {
  return [settled, [{ type: 'settle', outcome }]]
}
