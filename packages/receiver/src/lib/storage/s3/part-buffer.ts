import { createHash, type Hash } from 'node:crypto'

const leastBytes = 4096

/**
 * The bytes of one part, and their MD5 as they come, so that no large hash is made at once. It takes no more memory than
 * twice of what is in it, and never more than `capacity` bytes.
 */
export class PartBuffer {
  readonly #capacity: number
  #memory: Buffer = Buffer.alloc(0)
  #hash: Hash = createHash('md5')
  #size = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** Bytes that are in it. */
  get size(): number {
    return this.#size
  }

  get isFull(): boolean {
    return this.#size === this.#capacity
  }

  /** What is in it; the memory is that of the buffer. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#size)
  }

  /** Copies as much of the chunk as there is room for; returns how many bytes. */
  take(chunk: Uint8Array): number {
    const taken = Math.min(chunk.length, this.#capacity - this.#size)
    this.#reserve(this.#size + taken)
    const end = this.#size + taken
    this.#memory.set(chunk.subarray(0, taken), this.#size)
    // Of the copy: what is hashed is what will be sent.
    this.#hash.update(this.#memory.subarray(this.#size, end))
    this.#size = end
    return taken
  }

  /** The MD5 of what is in it; it takes nothing more before it is cleared. */
  md5(): Buffer {
    return this.#hash.digest()
  }

  /** Makes it empty; keeps the memory. */
  clear(): void {
    this.#size = 0
    this.#hash = createHash('md5')
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#memory.length) return
    const grown = Math.max(sizeBytes, 2 * this.#memory.length, leastBytes)
    // Not of Node's pool: it lives long.
    const memory = Buffer.allocUnsafeSlow(Math.min(grown, this.#capacity))
    memory.set(this.bytes)
    this.#memory = memory
  }
}
