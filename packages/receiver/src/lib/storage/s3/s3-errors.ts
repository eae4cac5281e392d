import { ReceiverError, systemErrorCode, type ProblemCode } from '../../problem/errors.ts'

// What stores call their refusals, and what they are to a client. Ceph, MinIO and Amazon have names of their own.
const storeProblems: Readonly<Record<string, ProblemCode>> = {
  QuotaExceeded: 'storage-full',
  InsufficientCapacity: 'storage-full',
  InsufficientStorage: 'storage-full',
  StorageFull: 'storage-full',
  XMinioStorageFull: 'storage-full',
  XMinioAdminBucketQuotaExceeded: 'storage-full',
  EntityTooLarge: 'storage-full',
  NoSuchBucket: 'storage-unavailable',
  AccessDenied: 'storage-unavailable',
  AccountProblem: 'storage-unavailable',
  AllAccessDisabled: 'storage-unavailable',
  InvalidAccessKeyId: 'storage-unavailable',
  SignatureDoesNotMatch: 'storage-unavailable',
  ExpiredToken: 'storage-unavailable',
  InvalidToken: 'storage-unavailable',
  CredentialsProviderError: 'storage-unavailable',
  RequestTimeTooSkewed: 'storage-unavailable',
  PermanentRedirect: 'storage-unavailable',
  UserSuspended: 'storage-unavailable',
  SlowDown: 'storage-unavailable',
  RequestTimeout: 'storage-unavailable',
  OperationAborted: 'storage-unavailable',
  BadDigest: 'storage-unavailable',
  XAmzContentSHA256Mismatch: 'storage-unavailable',
  NoSuchUpload: 'storage-unavailable',
  TimeoutError: 'storage-unavailable',
  AbortError: 'storage-unavailable',
}

/** What a failed request to a store is to a client; `attempted` says what it was for, without an address, bucket or key. */
export function s3Error(cause: unknown, attempted: string): ReceiverError {
  if (cause instanceof ReceiverError) return cause
  const name = failureName(cause)
  const code = (name === undefined ? undefined : storeProblems[name]) ?? problemOfStatus(cause)
  const found = name ?? (code === undefined ? undefined : `status ${httpStatus(cause)}`)
  const message = found === undefined ? attempted : `${attempted} failed: ${found}`
  return new ReceiverError(code ?? 'internal', message, { cause })
}

/** The store's name for a failure, such as `NoSuchKey`, or the system's, such as `ECONNREFUSED`; undefined where it has none. */
export function failureName(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { name } = error
  // What is in it goes to clients.
  const isKnown = /^[A-Za-z0-9]{1,64}$/.test(name) && name !== 'Error' && name !== 'UnknownError'
  return isKnown && !isNetworkFailure(error) ? name : systemErrorCode(error)
}

// Of the system, of name servers, of TLS and of what is no HTTP. `ERR_…` may be a mistake of this process.
const networkFailure = /^E[A-Z]+$|^EAI_|^ERR_(?:SSL|TLS)_|^HPE_|^UNABLE_TO_|CERT/

function isNetworkFailure(error: Error): boolean {
  return networkFailure.test(systemErrorCode(error) ?? '')
}

function problemOfStatus(error: unknown): ProblemCode | undefined {
  if (!(error instanceof Error)) return undefined
  // The request did not get there, or the answer not back.
  if (isNetworkFailure(error)) return 'storage-unavailable'
  const status = httpStatus(error)
  if (status === undefined) return undefined
  if (status === 507) return 'storage-full'
  return status >= 500 || status === 429 || status === 401 || status === 403
    ? 'storage-unavailable'
    : undefined
}

/** The HTTP status of a store's refusal; undefined where there was no answer. */
export function httpStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined
  const { $metadata: metadata } = error
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata))
    return undefined
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}
