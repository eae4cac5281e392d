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

/** A file that is being written. Its calls come one after the other, never two at once. */
export interface PendingFile {
  /** The name that the storage chose. */
  readonly storedAs: string
  /** Takes more of the content. Resolves when the memory of the chunks is free again. */
  write(chunks: readonly Uint8Array[]): Promise<void>
  /** There is no more; resolves when the content is as safe as the storage promises. */
  end(): Promise<void>
}

/** An upload that is being received: nobody can see it. */
export interface PendingUpload {
  /** Adds a file that was sent under this name, without touching the storage yet. */
  createFile(sentName: string): PendingFile
  /** Makes the whole upload visible in one step. Every file has ended. */
  commit(draft: UploadDraft): Promise<UploadRecord>
  /** Removes all of it. No other call is under way; afterwards none comes. */
  discard(): Promise<void>
}

/** What {@link Storage.read} is asked for; `start` and `end` are offsets in bytes, both inclusive, and 0 for an empty file. */
export interface ReadFileOptions {
  readonly file: StoredFile
  readonly start: number
  readonly end: number
}

/**
 * Where uploads are kept. What one server stored, every server with the same storage can list, read and remove.
 * Failures are `ReceiverError`s where the storage knows what they mean to a client.
 */
export interface Storage {
  /** Makes the storage ready and removes what dead servers left half-done. May be called again; does it once. */
  open(): Promise<void>
  /** Starts an upload, without touching the storage yet. */
  createUpload(): PendingUpload
  /** Up to `limit` uploads, newest first, of those before the id `before`, which need not exist any more. */
  list(page: { limit: number; before?: string | undefined }): Promise<UploadPage>
  /** The upload of this id; undefined where there is none. */
  get(id: string): Promise<UploadRecord | undefined>
  /** Part of a file of the upload. Who asks owns the stream and destroys it. */
  read(id: string, options: ReadFileOptions): Promise<Readable>
  /** Removes an upload in one step for those who read; false where there is none. */
  remove(id: string): Promise<boolean>
}
