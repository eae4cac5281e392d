import { ReceiverError } from '../../problem/errors.ts'
import type { PendingFile } from '../storage.ts'
import { timesOfUnanswered, type Leftover } from './leftovers.ts'
import type { ObjectStore, StoredPart } from './object-store.ts'
import { PartBuffer } from './part-buffer.ts'

/**
 * Bytes of a part. A file has two of them in memory, one that is sent and one that fills. With the most parts that
 * a store takes, a file can have 78 GiB.
 */
const partSizeBytes = 8 * 1024 * 1024
const maxParts = 10_000

/** What a file needs to know. */
export interface S3FileOptions {
  readonly store: ObjectStore
  readonly key: string
  readonly storedAs: string
}

/**
 * A file on its way into a store: one object when it fits into a part, else a multipart upload, of which one part is sent while
 * the next fills.
 */
export class S3File implements PendingFile {
  readonly storedAs: string
  readonly #store: ObjectStore
  readonly #key: string
  readonly #stop = new AbortController()
  readonly #parts: StoredPart[] = []
  #filling: PartBuffer = new PartBuffer(partSizeBytes)
  #idle: PartBuffer | undefined
  #sending: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  #uploadId: string | undefined
  #touched = false
  /** The store was told to make the object, and has not said that it did. */
  #isUnanswered = false

  constructor({ store, key, storedAs }: S3FileOptions) {
    this.#store = store
    this.#key = key
    this.storedAs = storedAs
  }

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    // The part that is under way may have failed since.
    if (this.#failure !== undefined) throw this.#failure.error
    for (const chunk of chunks) {
      let rest = chunk
      while (rest.length > 0) {
        if (this.#filling.isFull) await this.#sendPart()
        rest = rest.subarray(this.#filling.take(rest))
      }
    }
  }

  async end(): Promise<void> {
    if (this.#sending === undefined) await this.#putObject()
    else await this.#complete()
    // Other files of the upload may follow.
    this.#filling = new PartBuffer(0)
    this.#idle = undefined
  }

  /** What may be left of it in the store, when it could not be discarded. */
  get leftovers(): readonly Leftover[] {
    if (!this.#touched) return []
    const object = { key: this.#key, times: this.#isUnanswered ? timesOfUnanswered : 1 }
    return this.#uploadId === undefined
      ? [object]
      : [{ key: this.#key, uploadId: this.#uploadId }, object]
  }

  /** What may come back after it has been discarded. */
  get lateArrivals(): readonly Leftover[] {
    return this.#isUnanswered ? [{ key: this.#key, times: timesOfUnanswered }] : []
  }

  /** Removes what is there of it, also what a request that failed may have left. */
  async discard(signal: AbortSignal): Promise<void> {
    this.#stop.abort()
    await this.#sending?.catch(ignore)
    if (!this.#touched) return
    if (this.#uploadId !== undefined) {
      await this.#store.abortMultipart({ key: this.#key, uploadId: this.#uploadId }, signal)
    } else if (this.#sending !== undefined) {
      // Nobody knows whether the multipart upload began.
      const prefix = this.#key
      const { multiparts } = await this.#store.listMultiparts({ prefix }, signal)
      for (const found of multiparts) {
        if (found.key === this.#key) await this.#store.abortMultipart(found, signal)
      }
    }
    await this.#store.delete(this.#key, signal)
  }

  async #putObject(): Promise<void> {
    const { bytes: body } = this.#filling
    const md5 = this.#filling.md5()
    await this.#makeObject('Writing', (signal) =>
      this.#store.put(this.#key, { body, md5 }, { signal }),
    )
  }

  async #complete(): Promise<void> {
    await this.#sendPart()
    await this.#sending
    const uploadId = this.#uploadId
    if (uploadId === undefined) return
    await this.#makeObject('Finishing', (signal) =>
      this.#store.completeMultipart({ key: this.#key, uploadId }, this.#parts, signal),
    )
  }

  /** Sends what has filled, once the part before it has arrived. */
  async #sendPart(): Promise<void> {
    await this.#sending
    const part = this.#filling
    this.#sending = this.#send(part)
    this.#sending.catch((error: unknown) => {
      this.#failure = { error }
    })
    this.#filling = this.#idle ?? new PartBuffer(partSizeBytes)
    this.#idle = part
  }

  async #send(part: PartBuffer): Promise<void> {
    const number = this.#parts.length + 1
    if (number > maxParts) {
      throw new ReceiverError(
        'storage-full',
        `Writing the file ${this.storedAs}: a file cannot be larger than ${maxParts * partSizeBytes} bytes`,
      )
    }
    const md5 = part.md5()
    await this.#attempt('Writing', async (signal) => {
      this.#uploadId ??= await this.#store.createMultipart(this.#key, signal)
      const name = { key: this.#key, uploadId: this.#uploadId }
      this.#parts.push(await this.#store.putPart(name, { number, body: part.bytes, md5 }, signal))
    })
    part.clear()
  }

  async #makeObject(
    verb: string,
    action: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    this.#isUnanswered = true
    await this.#attempt(verb, action)
    this.#isUnanswered = false
  }

  async #attempt<T>(verb: string, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#touched = true
    return await this.#store.attempt(`${verb} the file ${this.storedAs}`, action, {
      signal: this.#stop.signal,
    })
  }
}

function ignore(): void {}
