import { createHash } from 'node:crypto'
import { decodeTime } from 'ulid'
import { ReceiverError } from '../../problem/errors.ts'
import { FileNames } from '../safe-file-name.ts'
import type { PendingFile, PendingUpload, SealedUpload, UploadDraft } from '../storage.ts'
import { createUploadId } from '../upload-id.ts'
import { removalTimeoutMs, type Leftovers } from './leftovers.ts'
import type { ObjectStore } from './object-store.ts'
import { S3File } from './s3-file.ts'
import { emptyFolderName, fileKey } from './s3-keys.ts'
import { createSealedId } from './sealed-id.ts'

/** What an upload needs to know of its storage. */
export interface S3UploadOptions {
  readonly store: ObjectStore
  readonly leftovers: Leftovers
  /** Milliseconds from its first moment after which an upload is not sealed any more. */
  readonly maxAgeMs: number
  /** Nobody but this process knows of it now. */
  readonly onSealed: (place: string) => void
  readonly onDiscard: (place: string) => void
}

/** An upload whose files are in the store, and whose record is not. */
export class S3Upload implements PendingUpload {
  readonly #options: S3UploadOptions
  readonly #startId = createUploadId()
  readonly #names = new FileNames()
  readonly #files: S3File[] = []
  #hasMarker = false

  constructor(options: S3UploadOptions) {
    this.#options = options
  }

  createFile(sentName: string): PendingFile {
    const storedAs = this.#names.take(sentName)
    const { store } = this.#options
    const file = new S3File({ store, key: fileKey(this.#startId, storedAs), storedAs })
    this.#files.push(file)
    return file
  }

  async seal(draft: UploadDraft): Promise<SealedUpload> {
    const { maxAgeMs, onSealed } = this.#options
    if (draft.files.length === 0) await this.#putMarker()
    const id = createSealedId(this.#startId, Date.now())
    // The sweeper tells by its age that nobody works at an upload any more.
    if (decodeTime(id) - decodeTime(this.#startId) > maxAgeMs) {
      throw new ReceiverError(
        'too-slow',
        `Storing the upload: it took longer than ${maxAgeMs / 1000} s`,
      )
    }
    onSealed(this.#startId)
    return { record: { id, ...draft }, place: this.#startId }
  }

  async discard(): Promise<void> {
    const { store, leftovers, onDiscard } = this.#options
    onDiscard(this.#startId)
    try {
      await store.attempt(
        'Removing what is left of an upload',
        async (signal) => {
          await Promise.all(this.#files.map((file) => file.discard(signal)))
          if (this.#hasMarker) await store.delete(this.#markerKey, signal)
        },
        { timeoutMs: removalTimeoutMs },
      )
      leftovers.add(this.#files.flatMap((file) => file.lateArrivals))
    } catch (error) {
      leftovers.add(this.#files.flatMap((file) => file.leftovers))
      if (this.#hasMarker) leftovers.add([{ key: this.#markerKey }])
      throw error
    }
  }

  get #markerKey(): string {
    return fileKey(this.#startId, emptyFolderName)
  }

  // So that every upload has a folder: where it is empty, the upload has been removed.
  async #putMarker(): Promise<void> {
    const body = Buffer.alloc(0)
    const md5 = createHash('md5').digest()
    this.#hasMarker = true
    await this.#options.store.attempt('Storing the upload', (signal) =>
      this.#options.store.put(this.#markerKey, { body, md5 }, { signal }),
    )
  }
}
