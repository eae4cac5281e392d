import { finished } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'

const limits = { parts: Infinity, fields: Infinity, files: Infinity }

/** @fastify/busboy. */
export async function parse({ contentType, chunks }) {
  let parts = 0
  let contentBytes = 0
  const headers = { 'content-type': contentType }
  const parser = new Busboy({ headers, limits })
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
