import type { Readable } from 'node:stream'

/** A file of an upload, as the record keeps it. */
export interface StoredFile {
  /** The form field's name. */
  readonly field: string
  /** The file's name as the client sent it. Never a path to anything. */
  readonly name: string
  /** The name under which the storage has it: safe everywhere, unique within the upload. */
  readonly storedAs: string
  /** The media type as the client sent it, else by the name's extension, else `application/octet-stream`. */
  readonly type: string
  /** Bytes. */
  readonly size: number
  /** The SHA-256 of the content in hexadecimal; null where the receiver was told not to compute it. */
  readonly sha256: string | null
}

/** The fields of an upload by name, without a prototype; an array where a name came more than once. */
export type UploadFields = Readonly<Record<string, string | readonly string[]>>

/** What is known of an upload when all of it has been received. */
export interface UploadDraft {
  /** When the last byte arrived, ISO 8601 in UTC. */
  readonly receivedAt: string
  readonly files: readonly StoredFile[]
  readonly fields: UploadFields
}

/** A whole upload. */
export interface UploadRecord extends UploadDraft {
  /** A ULID: ids sort by the time at which uploads became visible. */
  readonly id: string
}

/** An upload whose record cannot be read. */
export interface DamagedUpload {
  readonly id: string
  readonly reason: string
}

/** One page of a listing, newest first. */
export interface UploadPage {
  readonly uploads: readonly UploadRecord[]
  /** What to give as `before` for the next page; null on the last one. */
  readonly next: string | null
  /** What was left out of this page. */
  readonly damaged: readonly DamagedUpload[]
}

/** What {@link Storage.list} is asked for. */
export interface PageOptions {
  readonly limit: number
  readonly before?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** A file that is being written. Its calls come one after the other, never two at once. */
export interface PendingFile {
  /** The name that the storage chose. */
  readonly storedAs: string
  /** Takes more of the content. Resolves when the memory of the chunks is free again. */
  write(chunks: readonly Uint8Array[]): Promise<void>
  /** There is no more; resolves when the content is as safe as the storage promises. */
  end(): Promise<void>
}

/**
 * An upload that is whole, as safe as the storage promises, and still invisible. Plain data that survives JSON: whoever
 * reads it, on any server, can publish it.
 */
export interface SealedUpload {
  readonly record: UploadRecord
  /** Where the storage has it; means something to the storage alone. */
  readonly place: string
}

/** An upload that is being received: nobody can see it. */
export interface PendingUpload {
  /** Adds a file that was sent under this name, without touching the storage yet. */
  createFile(sentName: string): PendingFile
  /** Finishes the upload and gives it its id: all that is left to do is to {@link Storage.publish} it. Every file has ended. */
  seal(draft: UploadDraft): Promise<SealedUpload>
  /** Removes all of it, sealed or not. No other call is under way; afterwards none comes. */
  discard(): Promise<void>
}

/**
 * A name that one upload alone can have, for as long as {@link claimKeepMs} of its kind: `key/…` for an Idempotency-Key,
 * `ticket/…` for a ticket that may be used once. Behind the slash are 1 to 64 of `a-z`, `0-9` and `-`.
 */
export type ClaimName = `${keyof typeof claimKeepMs}/${string}`

const dayMs = 24 * 60 * 60 * 1000

/** For how many milliseconds at least a claim is kept; a sweep removes it after that. No ticket lives longer than its claim. */
export const claimKeepMs: { readonly key: number; readonly ticket: number } = {
  key: dayMs,
  ticket: 8 * dayMs,
}

/** What {@link Storage.read} is asked for; `start` and `end` are offsets in bytes, both inclusive, and 0 for an empty file. */
export interface ReadFileOptions {
  readonly file: StoredFile
  readonly start: number
  readonly end: number
}

/**
 * Where uploads are kept. What one server stored, every server with the same storage can list, read and remove.
 * Failures are `ReceiverError`s where the storage knows what they mean to a client, and come in bounded time.
 */
export interface Storage {
  /** Makes the storage ready and removes what dead servers left half-done. May be called again; does it once. */
  open(): Promise<void>
  /** Resolves when the storage could take an upload now; rejects, soon, when it could not. */
  check(): Promise<void>
  /** Starts an upload, without touching the storage yet. */
  createUpload(): PendingUpload
  /**
   * Makes a sealed upload visible in one step, and changes nothing where it is visible already: whoever finds one that
   * a dead server sealed may finish the work, however many do at once. True when the upload is visible; false where it is
   * gone, as it was published and has been removed, or somebody tidied up. When it rejects, the upload is not visible, unless
   * the storage cannot be reached to undo it; it can be published again.
   */
  publish(sealed: SealedUpload): Promise<boolean>
  /**
   * Up to `limit` uploads, newest first, of those before the id `before`, which need not exist any more. Fewer, and soon, when `signal`
   * aborts: nobody waits for them.
   */
  list(page: PageOptions): Promise<UploadPage>
  /** The upload of this id; undefined where there is none. */
  get(id: string): Promise<UploadRecord | undefined>
  /** Part of a file of the upload. Who asks owns the stream and destroys it. */
  read(id: string, options: ReadFileOptions): Promise<Readable>
  /** Removes an upload in one step for those who read; false where there is none. */
  remove(id: string): Promise<boolean>
  /**
   * Leaves a text under a name that nobody has: of all servers at once, one succeeds. Undefined for that one; every other gets the
   * text that is there.
   */
  claim(name: ClaimName, text: string): Promise<string | undefined>
  /** The text under a name; undefined where nobody has it. */
  readClaim(name: ClaimName): Promise<string | undefined>
  /** Gives a name back, for an upload that failed after it had claimed it. */
  releaseClaim(name: ClaimName): Promise<void>
  /**
   * Removes what servers that died left of uploads that never became visible, and claims that have had their time. Never what
   * a live server may be writing, nor a sealed upload that a claim names. Several servers may sweep at once.
   */
  sweep(): Promise<void>
}
