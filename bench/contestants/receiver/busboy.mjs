import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import busboy from 'busboy'
import { listen } from '../listen.mjs'

/** busboy, each file piped into a file; with `highWaterMark` in every place that takes one. */
export function start({ folder, highWaterMark }) {
  const marks = highWaterMark && { highWaterMark }
  let stored = 0
  return listen(async (request, response) => {
    const parser = busboy({
      headers: request.headers,
      ...(marks && { ...marks, fileHwm: highWaterMark }),
    })
    const files = []
    parser.on('file', (_name, stream) => {
      const target = createWriteStream(join(folder, String((stored += 1))), marks)
      files.push(pipeline(stream, target))
    })
    await pipeline(request, parser)
    await Promise.all(files)
    response.end('{}')
  }, marks)
}
