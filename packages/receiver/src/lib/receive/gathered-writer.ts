import type { PendingFile } from '../storage/storage.ts'
import type { WriteRoom } from './write-room.ts'

const maxPendingBytes = 2 * 1024 * 1024
// Where the room is short.
const shortPendingBytes = 64 * 1024
// A sender can cut its body into chunks of one byte: what holds a chunk takes memory too.
const chunkOverheadBytes = 256

/** Where a {@link GatheredWriter} has its room from, and what it tells its owner. */
export interface GatheredWriterOptions {
  readonly room: WriteRoom
  /** There is room again after `isFull`. */
  onDrain(): void
  /** The storage refused; nothing more is written. */
  onError(error: unknown): void
}

interface Batch {
  readonly file: PendingFile
  readonly chunks: Uint8Array[]
  contentBytes: number
  /** With what holds the chunks. */
  sizeBytes: number
  isLast: boolean
}

/**
 * Writes the files of one upload, one after the other, in large batches. It keeps the chunks it is given, without
 * copying them, until the storage has taken them.
 */
export class GatheredWriter {
  readonly #options: GatheredWriterOptions
  readonly #queue: Batch[] = []
  #batch: Batch | undefined
  #pendingBytes = 0
  #pendingContentBytes = 0
  #isFull = false
  #running: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  #stopped = false

  constructor(options: GatheredWriterOptions) {
    this.#options = options
  }

  /** Whether the sender should wait for `onDrain`. */
  get isFull(): boolean {
    return this.#isFull
  }

  write(file: PendingFile, chunk: Uint8Array): void {
    const batch = (this.#batch ??= createBatch(file))
    const sizeBytes = chunk.length + chunkOverheadBytes
    batch.chunks.push(chunk)
    batch.contentBytes += chunk.length
    batch.sizeBytes += sizeBytes
    this.#pendingContentBytes += chunk.length
    this.#pendingBytes += sizeBytes
    const { room } = this.#options
    room.hold(sizeBytes)
    if (batch.sizeBytes >= room.batchBytes) this.#enqueue(batch)
    // What is only gathered would be waited for in vain.
    if (this.#running !== undefined && this.#hasEnough()) this.#isFull = true
  }

  /** The file is complete: the next chunk belongs to another. */
  end(file: PendingFile): void {
    const batch = this.#batch ?? createBatch(file)
    batch.isLast = true
    this.#enqueue(batch)
  }

  /** Resolves when all of it is in the storage; rejects with the storage's refusal. */
  async finish(): Promise<void> {
    await this.#running
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Drops what is not written yet; resolves when no call of the storage is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#queue.length = 0
    this.#batch = undefined
    await this.#running
    this.#options.room.release(this.#pendingBytes)
    this.#pendingBytes = 0
  }

  #enqueue(batch: Batch): void {
    this.#batch = undefined
    this.#queue.push(batch)
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    try {
      for (let batch = this.#queue.shift(); batch !== undefined; batch = this.#queue.shift()) {
        if (batch.chunks.length > 0) await batch.file.write(batch.chunks)
        if (this.#stopped) return
        if (batch.isLast) await batch.file.end()
        this.#release(batch)
      }
    } catch (error) {
      this.#failure = { error }
      this.#queue.length = 0
      this.#options.onError(error)
    } finally {
      // In the same turn as the last look at the queue: what is queued later finds nobody running.
      this.#running = undefined
    }
  }

  #release({ contentBytes, sizeBytes }: Batch): void {
    this.#pendingContentBytes -= contentBytes
    this.#pendingBytes -= sizeBytes
    this.#options.room.release(sizeBytes)
    if (!this.#isFull || this.#stopped) return
    if (this.#queue.length > 0 && this.#hasEnough()) return
    this.#isFull = false
    this.#options.onDrain()
  }

  #hasEnough(): boolean {
    if (this.#pendingBytes >= maxPendingBytes) return true
    // Of the content alone: a check of the type waits for the first 4 KiB of a file, in chunks however small.
    return this.#options.room.isShort && this.#pendingContentBytes >= shortPendingBytes
  }
}

function createBatch(file: PendingFile): Batch {
  return { file, chunks: [], contentBytes: 0, sizeBytes: 0, isLast: false }
}
