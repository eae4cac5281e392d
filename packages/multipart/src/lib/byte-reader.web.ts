import { decodeStrictly, indexOfByFirstByte, type ByteReader } from './byte-reader.ts'

/** Every other platform: typed arrays search natively for single bytes only. */
export const webByteReader: ByteReader = {
  view(chunk) {
    return chunk
  },
  indexOf: indexOfByFirstByte,
  decode: decodeStrictly,
}
