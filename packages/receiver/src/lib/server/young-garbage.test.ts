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

/** What lies when that much has come, a while later. */
function receive(underWay: number): () => number {
  const collector = createChunkCollector()
  collector.underWay(underWay)
  const before = process.memoryUsage().arrayBuffers
  for (let bytes = 0; bytes < receivedBytes; bytes += chunkBytes) collector.received(readChunk())
  return () => process.memoryUsage().arrayBuffers - before
}

it('R-05 collects the chunks of an upload before V8 would', async () => {
  // The memory is given back in another thread.
  await expect.poll(receive(1)).toBeLessThan(6 * mebibyte)
})

it('lets those of many uploads at once lie longer, for they are needed longer', () => {
  expect(receive(100)()).toBeGreaterThan(12 * mebibyte)
})
