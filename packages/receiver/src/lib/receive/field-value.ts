import { isUtf8 } from 'node:buffer'

/** Collects the value of one field: in one buffer, however finely the sender cuts it. */
export class FieldValue {
  #bytes = Buffer.alloc(0)
  #length = 0

  append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length
    if (length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(length, 2 * this.#bytes.length))
      this.#bytes.copy(grown, 0, 0, this.#length)
      this.#bytes = grown
    }
    this.#bytes.set(chunk, this.#length)
    this.#length = length
  }

  /** The value as text; undefined when it is no UTF-8. */
  toText(): string | undefined {
    const value = this.#bytes.subarray(0, this.#length)
    return isUtf8(value) ? value.toString('utf8') : undefined
  }
}
