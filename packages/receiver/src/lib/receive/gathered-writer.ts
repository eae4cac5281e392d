import type { PendingFile } from '../storage/storage.ts'

// One call for many chunks: measured as the largest part of what a file stream's one call a chunk costs.
const batchSizeBytes = 512 * 1024
const maxPendingBytes = 2 * 1024 * 1024
// A sender can cut its body into chunks of one byte: what holds a chunk takes memory too.
const chunkOverheadBytes = 256

/** What a {@link GatheredWriter} tells its owner. */
export interface GatheredWriterEvents {
  /** There is room again after `isFull`. */
  onDrain(): void
  /** The storage refused; nothing more is written. */
  onError(error: unknown): void
}

interface Batch {
  readonly file: PendingFile
  readonly chunks: Uint8Array[]
  sizeBytes: number
  isLast: boolean
}

/**
 * Writes the files of one upload, one after the other, in large batches. It keeps the chunks it is given, without
 * copying them, until the storage has taken them.
 */
export class GatheredWriter {
  readonly #events: GatheredWriterEvents
  readonly #queue: Batch[] = []
  #batch: Batch | undefined
  #pendingBytes = 0
  #running: Promise<void> | undefined
  #failure: { readonly error: unknown } | undefined
  #stopped = false

  constructor(events: GatheredWriterEvents) {
    this.#events = events
  }

  /** Whether the sender should wait for `onDrain`. */
  get isFull(): boolean {
    return this.#pendingBytes >= maxPendingBytes
  }

  write(file: PendingFile, chunk: Uint8Array): void {
    const batch = (this.#batch ??= createBatch(file))
    const sizeBytes = chunk.length + chunkOverheadBytes
    batch.chunks.push(chunk)
    batch.sizeBytes += sizeBytes
    this.#pendingBytes += sizeBytes
    if (batch.sizeBytes >= batchSizeBytes) this.#enqueue(batch)
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
        this.#release(batch.sizeBytes)
      }
    } catch (error) {
      this.#failure = { error }
      this.#queue.length = 0
      this.#events.onError(error)
    } finally {
      // In the same turn as the last look at the queue: what is queued later finds nobody running.
      this.#running = undefined
    }
  }

  #release(sizeBytes: number): void {
    const wasFull = this.isFull
    this.#pendingBytes -= sizeBytes
    if (wasFull && !this.isFull && !this.#stopped) this.#events.onDrain()
  }
}

function createBatch(file: PendingFile): Batch {
  return { file, chunks: [], sizeBytes: 0, isLast: false }
}
