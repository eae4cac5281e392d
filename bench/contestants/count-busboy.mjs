import { finished } from 'node:stream/promises'

/** Without bounds, as the other parsers are. */
export const limits = { parts: Infinity, fields: Infinity, files: Infinity }

/** Has a parser with busboy's events parse a body, and counts what comes. */
export async function countBusboy(parser, chunks) {
  let parts = 0
  let contentBytes = 0
  parser.on('file', (_name, stream) => {
    parts += 1
    stream.on('data', (chunk) => (contentBytes += chunk.length))
  })
  parser.on('field', (_name, value) => {
    parts += 1
    contentBytes += Buffer.byteLength(value)
  })
  const done = finished(parser)
  for (const chunk of chunks) {
    if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve))
  }
  parser.end()
  await done
  return { parts, contentBytes }
}
