import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { make } from 'multipasta/node'
import { listen } from '../listen.mjs'

/** multipasta, each file piped into a file. */
export function start({ folder }) {
  let stored = 0
  return listen(async (request, response) => {
    const parts = request.pipe(make({ headers: request.headers }))
    for await (const part of parts) {
      if (part._tag === 'File')
        await pipeline(part, createWriteStream(join(folder, String((stored += 1)))))
    }
    response.end('{}')
  })
}
