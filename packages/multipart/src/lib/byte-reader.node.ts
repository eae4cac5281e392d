import { Buffer } from 'node:buffer'
import { decodeStrictly, type ByteReader } from './byte-reader.ts'

/** Node.js: native searches for whole needles, and a quick decoder. */
export const nodeByteReader: ByteReader = {
  view(chunk) {
    return asBuffer(chunk)
  },
  indexOf(view, needle, from) {
    return asBuffer(view).indexOf(needle, from)
  },
  decode(view, range) {
    const text = asBuffer(view).toString('utf8', range.start, range.end)
    // It stands for bytes that are no UTF-8, or for itself.
    return text.includes('\uFFFD') ? decodeStrictly(view, range) : text
  },
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
