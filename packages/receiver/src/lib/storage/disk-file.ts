import { close, fdatasync, fsync, open } from 'node:fs'
import { promisify } from 'node:util'
import type { DiskCalls } from './disk-calls.ts'

const syncData = promisify(fdatasync)
const syncAll = promisify(fsync)
const openFolder = promisify(open)
const closeFolder = promisify(close)

// So much of a file is flushed while more of it comes, and its end has little left to wait for: 1.40 s in place of 1.75 for 1 GiB.
const earlyFlushBytes = 16 * 1024 * 1024

// One file at a time: a flush has a thread of the pool to itself until it is over, and everybody else's calls need one too.
let isFlushingEarly = false

/** One file being written: opened by the first write, closed by `end` or `close`, whichever comes. */
export class DiskFile {
  readonly #path: string
  readonly #calls: DiskCalls
  readonly #durable: boolean
  #descriptor: number | undefined
  #unflushedBytes = 0
  /** The early flush that is under way; it rejects never. */
  #flush: Promise<void> | undefined
  // The system says once that something could not be flushed, and a later flush succeeds.
  #flushFailure: { readonly error: unknown } | undefined

  constructor(path: string, { calls, durable }: { calls: DiskCalls; durable: boolean }) {
    this.#path = path
    this.#calls = calls
    this.#durable = durable
  }

  async write(chunks: readonly Uint8Array[]): Promise<void> {
    const descriptor = (this.#descriptor ??= await this.#calls.create(this.#path))
    let rest = chunks
    for (;;) {
      this.#throwFlushFailure()
      const bytesWritten = await this.#calls.write(descriptor, rest)
      if (this.#durable) this.#flushEarly(descriptor, bytesWritten)
      rest = withoutFirst(rest, bytesWritten)
      if (rest.length === 0) return
      // A disk that takes nothing, and says nothing, would keep this going for ever.
      if (bytesWritten === 0) throw new Error('the file took none of the bytes')
    }
  }

  async end(): Promise<void> {
    const descriptor = (this.#descriptor ??= await this.#calls.create(this.#path))
    if (this.#durable) {
      await this.#flush
      this.#throwFlushFailure()
      await syncData(descriptor)
    }
    await this.close()
  }

  /** Gives the descriptor back, if there is one. */
  async close(): Promise<void> {
    const descriptor = this.#descriptor
    if (descriptor === undefined) return
    this.#descriptor = undefined
    // It could flush what is opened next, under the same number.
    await this.#flush
    await this.#calls.close(descriptor)
  }

  #flushEarly(descriptor: number, writtenBytes: number): void {
    this.#unflushedBytes += writtenBytes
    if (this.#unflushedBytes < earlyFlushBytes || isFlushingEarly) return
    this.#unflushedBytes = 0
    isFlushingEarly = true
    this.#flush = this.#flushNow(descriptor)
  }

  async #flushNow(descriptor: number): Promise<void> {
    try {
      await syncData(descriptor)
    } catch (error) {
      this.#flushFailure = { error }
    } finally {
      isFlushingEarly = false
      this.#flush = undefined
    }
  }

  #throwFlushFailure(): void {
    if (this.#flushFailure !== undefined) throw this.#flushFailure.error
  }
}

/** Makes a folder's entries durable: the names in it survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder, and keeps its names in a journal.
  if (process.platform === 'win32') return
  const descriptor = await openFolder(path, 'r')
  try {
    await syncAll(descriptor)
  } finally {
    await closeFolder(descriptor)
  }
}

function withoutFirst(chunks: readonly Uint8Array[], sizeBytes: number): readonly Uint8Array[] {
  let skip = sizeBytes
  for (const [index, chunk] of chunks.entries()) {
    if (skip < chunk.length) return [chunk.subarray(skip), ...chunks.slice(index + 1)]
    skip -= chunk.length
  }
  return []
}
