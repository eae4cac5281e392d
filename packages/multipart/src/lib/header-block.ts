import { indexOfByFirstByte } from './byte-reader.ts'

/** What ends a header block: an empty line. */
const headerEnd = Uint8Array.of(13, 10, 13, 10)

export const headerEndSize: number = headerEnd.length

/** The offset of the empty line that ends the header block which `from` is in; -1 without one. */
export function findHeaderEnd(bytes: Uint8Array, from: number): number {
  return indexOfByFirstByte(bytes, headerEnd, from)
}

const pieceSize = 1024

/** A header block that does not lie within one chunk, put together. Its owner bounds it. */
export class HeaderBlock {
  #bytes: Uint8Array = new Uint8Array(0)
  #length = 0
  #end = -1

  /** How many bytes are kept; an end that came with them is counted. */
  get length(): number {
    return this.#length
  }

  /** The block without its end; undefined while that has not come. It is valid until the next `take`. */
  get complete(): Uint8Array | undefined {
    return this.#end < 0 ? undefined : this.#bytes.subarray(0, this.#end)
  }

  /**
   * Takes bytes of `view` from `at` on, no more than to the block's end and no more than one piece; returns the offset of
   * the first byte not taken.
   */
  take(view: Uint8Array, at: number): number {
    const piece = view.subarray(at, at + pieceSize)
    this.#reserve(this.#length + piece.length)
    this.#bytes.set(piece, this.#length)
    const kept = this.#bytes.subarray(0, this.#length + piece.length)
    // The end may have begun in an earlier piece, but in no more than its last three bytes.
    const from = Math.max(0, this.#length - headerEndSize + 1)
    this.#end = findHeaderEnd(kept, from)
    const length = this.#end < 0 ? kept.length : this.#end + headerEndSize
    const taken = length - this.#length
    this.#length = length
    return at + taken
  }

  /** Makes ready for the next block. */
  clear(): void {
    this.#length = 0
    this.#end = -1
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return
    const bytes = new Uint8Array(Math.max(size, 2 * this.#bytes.length))
    bytes.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = bytes
  }
}
