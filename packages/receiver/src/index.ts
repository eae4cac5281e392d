export { deferContinue } from './lib/http/expect-continue.ts'
export type { ReceiverLog } from './lib/http/receiver-log.ts'
export type { ReceiverObserver, UploadOutcome } from './lib/http/receiver-observer.ts'
export { createReceiver, type Receiver, type ReceiverOptions } from './lib/http/receiver.ts'
export type { CloseOptions } from './lib/http/stopping.ts'
export type { FileAnswer, ListedUpload, UploadAnswer } from './lib/http/upload-answer.ts'
export {
  ReceiverError,
  type ExceededLimit,
  type ProblemCode,
  type ReceiverErrorOptions,
} from './lib/problem/errors.ts'
export { defaultLimits, type Limits } from './lib/receive/limits.ts'
export type { TicketSecret } from './lib/ticket/ticket-secrets.ts'
export { wrapUploads } from './lib/storage/wrap-uploads.ts'
export type {
  ClaimName,
  DamagedUpload,
  PendingFile,
  PendingUpload,
  ReadFileOptions,
  SealedUpload,
  Storage,
  StoredFile,
  UploadDraft,
  UploadFields,
  UploadPage,
  UploadRecord,
} from './lib/storage/storage.ts'
