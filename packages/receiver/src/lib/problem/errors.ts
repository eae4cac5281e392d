/** What each code means to a client: the status and the title of its answer. The codes are stable. */
const problems = {
  malformed: { status: 400, title: 'The request cannot be understood' },
  unauthorized: { status: 401, title: 'This needs the admin token' },
  'ticket-missing': { status: 401, title: 'The upload needs a ticket' },
  'ticket-invalid': { status: 401, title: 'This is no ticket for here' },
  'ticket-expired': { status: 401, title: 'The ticket has expired' },
  'ticket-mismatch': { status: 403, title: 'The ticket does not allow this upload' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This method is not for this address' },
  misdirected: { status: 421, title: 'This server does not go by that name' },
  'too-slow': { status: 408, title: 'The upload came too slowly' },
  'limit-exceeded': { status: 413, title: 'The upload is over a limit' },
  'range-not-satisfiable': { status: 416, title: 'The file has no such range' },
  'not-multipart': { status: 415, title: 'The body is not multipart/form-data' },
  'type-not-allowed': { status: 415, title: 'Files of this type are not taken' },
  'key-used': { status: 422, title: 'This Idempotency-Key belongs to another upload' },
  'ticket-used': { status: 403, title: 'This ticket has been used' },
  overloaded: { status: 503, title: 'Too many at once' },
  stopping: { status: 503, title: 'The server is stopping' },
  'storage-unavailable': { status: 503, title: 'The storage cannot be used' },
  'storage-full': { status: 507, title: 'The storage is full' },
  'upload-damaged': { status: 500, title: 'What was stored is damaged' },
  // The client has left: nobody reads the answer, the log does.
  aborted: { status: 499, title: 'The client left before the end' },
  internal: { status: 500, title: 'Something went wrong' },
} as const

/** The stable name of a way to fail; a problem's `type` is `urn:wx-upload:problem:` and this. */
export type ProblemCode = keyof typeof problems

/** Every code there is. */
export const problemCodes: readonly string[] = Object.keys(problems)

/** The limit that was hit: its option's name, and its value in the unit that the name tells. */
export interface ExceededLimit {
  readonly name: string
  readonly value: number
}

/** Details of a {@link ReceiverError}. */
export interface ReceiverErrorOptions {
  /** What went wrong underneath; logged, never sent. */
  readonly cause?: unknown
  /** The limit that was hit. */
  readonly limit?: ExceededLimit
  /** Headers that belong to the answer, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Every failure the receiver knows. The message is sent to the client as the problem's `detail`: it says what was
 * attempted and what was found, and nothing of the server's inside.
 */
export class ReceiverError extends Error {
  override readonly name = 'ReceiverError'
  readonly code: ProblemCode
  readonly limit: ExceededLimit | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ProblemCode, message: string, options: ReceiverErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.limit = options.limit
    this.headers = options.headers ?? {}
  }

  /** The HTTP status of the answer. */
  get status(): number {
    return problems[this.code].status
  }

  /** What the code means, in a few words. */
  get title(): string {
    return problems[this.code].title
  }
}

/** The failure of an upload that is over a limit; `found` says so, with the value and its unit. */
export function limitError(limit: ExceededLimit, found: string): ReceiverError {
  return new ReceiverError(
    'limit-exceeded',
    `Receiving the upload: ${found}, the limit ${limit.name}`,
    { limit },
  )
}

// What the system calls its refusals, and what they are to a client.
const storageProblems: Readonly<Record<string, ProblemCode>> = {
  ENOSPC: 'storage-full',
  EDQUOT: 'storage-full',
  EFBIG: 'storage-full',
  EROFS: 'storage-unavailable',
  EACCES: 'storage-unavailable',
  EPERM: 'storage-unavailable',
  EIO: 'storage-unavailable',
  ENOENT: 'storage-unavailable',
  ENOTDIR: 'storage-unavailable',
  ENOTSUP: 'storage-unavailable',
  EOPNOTSUPP: 'storage-unavailable',
  ESTALE: 'storage-unavailable',
  EMFILE: 'storage-unavailable',
  ENFILE: 'storage-unavailable',
}

/** What a failed system call of a storage is to a client; `attempted` says what the call was for, without a path. */
export function storageError(cause: unknown, attempted: string): ReceiverError {
  if (cause instanceof ReceiverError) return cause
  const systemCode = systemErrorCode(cause)
  const code = systemCode === undefined ? undefined : storageProblems[systemCode]
  if (code === undefined) return new ReceiverError('internal', attempted, { cause })
  return new ReceiverError(code, `${attempted} failed: ${systemCode}`, { cause })
}

/** The system's own name for an error, such as `ENOENT`; undefined for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
