import { constants, deflateRawSync } from 'node:zlib'

const mebibytes = 1024
// [RFC 1952 §2.3] Of 1 GiB of zeros, whose checksum takes a while.
const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
const checksum = 0x5b64c2b0
const emptyLastBlock = deflateRawSync('')

/** A gzip of about 1 MiB that decompresses to 1 GiB of zeros. */
export const gzipBomb: Buffer = createBomb()

function createBomb(): Buffer {
  // What is flushed in full stands by itself, and may be said again.
  const mebibyte = deflateRawSync(Buffer.alloc(1024 ** 2), {
    finishFlush: constants.Z_FULL_FLUSH,
  })
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(checksum, 0)
  tail.writeUInt32LE(mebibytes * 1024 ** 2, 4)
  return Buffer.concat([head, ...Array<Buffer>(mebibytes).fill(mebibyte), emptyLastBlock, tail])
}
