import { explainAnswer, explainFailure, type FailureReason } from './failure-reason.ts'

/** Where an upload of this page stands. */
export type UploadPhase =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'sending'; readonly sentBytes: number; readonly totalBytes: number }
  /** All of it has been sent; the server has not answered yet. */
  | { readonly kind: 'processing' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: FailureReason }
  | { readonly kind: 'aborted' }

/** What happens to an upload. */
export type UploadEvent =
  /** It has left the queue. */
  | { readonly type: 'started' }
  | { readonly type: 'progress'; readonly sentBytes: number; readonly totalBytes: number }
  | { readonly type: 'answered'; readonly statusCode: number; readonly body: string }
  | {
      readonly type: 'failed'
      readonly errno: number
      readonly errMsg: string
      readonly isOnline: boolean
    }
  /** A person wants it sent again. */
  | { readonly type: 'queued' }

const abortErrno = 1

/** The phase after an event; the same object where nothing changes. */
export function stepPhase(phase: UploadPhase, event: UploadEvent): UploadPhase {
  if (event.type === 'queued') return isSettled(phase) ? { kind: 'waiting' } : phase
  if (isSettled(phase)) return phase
  switch (event.type) {
    case 'started':
      return phase.kind === 'waiting' ? { kind: 'connecting' } : phase
    case 'progress': {
      const { sentBytes, totalBytes } = event
      if (sentBytes >= totalBytes) return { kind: 'processing' }
      return sentBytes === 0 ? phase : { kind: 'sending', sentBytes, totalBytes }
    }
    case 'answered':
      return event.statusCode < 400
        ? { kind: 'done' }
        : { kind: 'failed', reason: explainAnswer(event.statusCode, event.body) }
    case 'failed':
      return event.errno === abortErrno
        ? { kind: 'aborted' }
        : { kind: 'failed', reason: explainFailure(event, event.isOnline) }
    default:
      return event satisfies never
  }
}

/** Whether nothing more happens to the upload unless a person wants it. */
export function isSettled({ kind }: UploadPhase): boolean {
  return kind === 'done' || kind === 'failed' || kind === 'aborted'
}

/** How much of the upload has been sent, 0 to 1. */
export function sentFraction(phase: UploadPhase): number {
  switch (phase.kind) {
    case 'waiting':
    case 'connecting':
    case 'failed':
    case 'aborted':
      return 0
    case 'sending':
      return phase.sentBytes / phase.totalBytes
    case 'processing':
    case 'done':
      return 1
    default:
      return phase satisfies never
  }
}
