import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { expect, it } from 'vitest'
import { gzipBomb } from './gzip-bomb.ts'

it('the compression bomb is a gzip in order, of about 1 MiB, with 1 GiB in it', async () => {
  let bytes = 0
  const count = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      done()
    },
  })
  await pipeline(Readable.from([gzipBomb]), createGunzip({ chunkSize: 1024 ** 2 }), count)
  expect(bytes).toBe(1024 ** 3)
  expect(gzipBomb.length).toBeLessThan(1.1 * 1024 ** 2)
})
