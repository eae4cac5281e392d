import { performance } from 'node:perf_hooks'
import { ReceiverError } from '../../problem/errors.ts'
import type { PendingFile } from '../storage.ts'
import { timesOfUnanswered, type Leftover } from './leftovers.ts'
import type { ObjectStore, StoredPart } from './object-store.ts'
import { PartBuffer } from './part-buffer.ts'

/** Bytes of a part: the least that a store takes. With the most parts that it takes, a file can have 48 GiB. */
const partSizeBytes = 5 * 1024 * 1024
const maxParts = 10_000
/** Most parts on their way at once. With one that fills, a file has so many and one in memory. */
const mostPartsAtOnce = 3
/** What part of an operation's time a part takes at most where one more would still arrive in time. */
const quickPart = 1 / 8

/** What a file needs to know. */
export interface S3FileOptions {
  readonly store: ObjectStore
  readonly key: string
  readonly storedAs: string
}

/**
 * A file on its way into a store: one object when it fits into a part, else a multipart upload, of which parts are sent while
 * the next fills.
 */
export class S3File implements PendingFile {
  readonly storedAs: string
  readonly #store: ObjectStore
  readonly #key: string
  readonly #stop = new AbortController()
  readonly #parts: StoredPart[] = []
  #filling: PartBuffer = new PartBuffer(partSizeBytes)
  readonly #spare: PartBuffer[] = []
  readonly #sending = new Set<Promise<void>>()
  #countOfParts = 0
  /** Several share the line, and each has its time alone: where they come through slowly, none of them would in time. */
  #partsAtOnce = 1
  #failure: { readonly error: unknown } | undefined
  #multipart: Promise<string> | undefined
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
    this.#throwFailure()
    for (const chunk of chunks) {
      let rest = chunk
      while (rest.length > 0) {
        if (this.#filling.isFull) await this.#sendPart()
        rest = rest.subarray(this.#filling.take(rest))
      }
    }
  }

  async end(): Promise<void> {
    if (this.#countOfParts === 0) await this.#putObject()
    else await this.#complete()
    // Other files of the upload may follow.
    this.#filling = new PartBuffer(0)
    this.#spare.length = 0
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
    await Promise.all(this.#sending)
    if (!this.#touched) return
    if (this.#uploadId !== undefined) {
      await this.#store.abortMultipart({ key: this.#key, uploadId: this.#uploadId }, signal)
    } else if (this.#multipart !== undefined) {
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
    await Promise.all(this.#sending)
    this.#throwFailure()
    const uploadId = this.#uploadId
    if (uploadId === undefined) return
    await this.#makeObject('Finishing', (signal) =>
      this.#store.completeMultipart({ key: this.#key, uploadId }, this.#parts, signal),
    )
  }

  /** Begins to send what has filled, once fewer than may be are on their way. */
  async #sendPart(): Promise<void> {
    while (this.#sending.size >= this.#partsAtOnce) await Promise.race(this.#sending)
    this.#throwFailure()
    if (this.#countOfParts === maxParts) {
      throw new ReceiverError(
        'storage-full',
        `Writing the file ${this.storedAs}: a file cannot be larger than ${maxParts * partSizeBytes} bytes`,
      )
    }
    this.#countOfParts += 1
    const sending = this.#send(this.#filling, this.#countOfParts)
    this.#sending.add(sending)
    void sending.then(() => this.#sending.delete(sending))
    this.#filling = this.#spare.pop() ?? new PartBuffer(partSizeBytes)
  }

  /** Never rejects: whoever goes on with the file hears of a failure. */
  async #send(part: PartBuffer, number: number): Promise<void> {
    try {
      const { bytes: body } = part
      const md5 = part.md5()
      this.#multipart ??= this.#createMultipart()
      const name = { key: this.#key, uploadId: await this.#multipart }
      const startedMs = performance.now()
      this.#parts[number - 1] = await this.#attempt('Writing', (signal) =>
        this.#store.putPart(name, { number, body, md5 }, signal),
      )
      this.#partArrived(performance.now() - startedMs)
      part.clear()
      this.#spare.push(part)
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #partArrived(durationMs: number): void {
    const isQuick = durationMs < this.#store.operationTimeoutMs * quickPart
    this.#partsAtOnce = isQuick ? Math.min(this.#partsAtOnce + 1, mostPartsAtOnce) : 1
  }

  async #createMultipart(): Promise<string> {
    const uploadId = await this.#attempt('Writing', (signal) =>
      this.#store.createMultipart(this.#key, signal),
    )
    this.#uploadId = uploadId
    return uploadId
  }

  /** What is on its way may have failed since. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error
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
