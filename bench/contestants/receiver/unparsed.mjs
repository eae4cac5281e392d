import { close, open, writev } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listen } from '../listen.mjs'

const openFile = promisify(open)
const writeChunks = promisify(writev)
const closeFile = promisify(close)
const batchBytes = 1024 * 1024

/** The body as it comes, unread, into a file: what `node:http` and the disk allow. Writes are gathered. */
export function start({ folder }) {
  let stored = 0
  return listen(async (request, response) => {
    const descriptor = await openFile(join(folder, String((stored += 1))), 'wx')
    let batch = []
    let size = 0
    let writing
    for await (const chunk of request) {
      batch.push(chunk)
      size += chunk.length
      if (size < batchBytes) continue
      // One is written while the next one comes.
      await writing
      writing = writeChunks(descriptor, batch)
      batch = []
      size = 0
    }
    await writing
    if (batch.length > 0) await writeChunks(descriptor, batch)
    await closeFile(descriptor)
    response.end('{}')
  })
}
