import type { ProblemCode } from '../problem/errors.ts'

/** How an upload ended: what it was answered with. */
export type UploadOutcome = 'stored' | 'repeated' | ProblemCode

/** Is told what the receiver does, so as to count it. What is missing is not told; nothing may throw. */
export interface ReceiverObserver {
  /** Bytes of an upload have come. Called for every chunk. */
  onReceivedBytes?(sizeBytes: number): void
  /** Bytes of a stored file are sent. Called for every chunk. */
  onServedBytes?(sizeBytes: number): void
  /** So many uploads are under way now. */
  onUnderWay?(count: number): void
  /** So many listen to `GET /events` now. */
  onListeners?(count: number): void
  /** An upload has been removed as its time was over. */
  onExpired?(): void
  /** An upload has ended, also one that was refused before it began. `durationMs` is from its head to its answer. */
  onUploadEnd?(end: { readonly outcome: UploadOutcome; readonly durationMs: number }): void
}
