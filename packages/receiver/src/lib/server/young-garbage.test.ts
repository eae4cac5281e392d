import { expect, it } from 'vitest'
import { createChunkCollector } from './young-garbage.ts'

const mebibyte = 1024 * 1024
const chunkBytes = 64 * 1024
// Less than V8 lets lie.
const receivedBytes = 24 * mebibyte

/** As Node.js does for what a socket has: memory of its own, which nobody has any more when it is written. */
function readChunk(): number {
  return Buffer.allocUnsafeSlow(chunkBytes).length
}

it('R-05 collects the chunks of an upload before V8 would', async () => {
  const collect = createChunkCollector()
  const before = process.memoryUsage().arrayBuffers
  for (let bytes = 0; bytes < receivedBytes; bytes += chunkBytes) collect(readChunk())
  // The memory is given back in another thread.
  const uncollected = () => process.memoryUsage().arrayBuffers - before
  await expect.poll(uncollected).toBeLessThan(6 * mebibyte)
})
