import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import multiparty from 'multiparty'

/** multiparty, which takes a request alone. */
export async function parse({ contentType, sizeBytes, chunks }) {
  let parts = 0
  let contentBytes = 0
  const request = new PassThrough()
  request.headers = { 'content-type': contentType, 'content-length': String(sizeBytes) }
  const form = new multiparty.Form({ maxFieldsSize: Infinity, maxFields: Infinity })
  form.on('part', (part) => {
    parts += 1
    part.on('data', (chunk) => (contentBytes += chunk.length))
  })
  form.on('field', (_name, value) => {
    parts += 1
    contentBytes += Buffer.byteLength(value)
  })
  const closed = once(form, 'close')
  form.parse(request)
  for (const chunk of chunks) {
    if (!request.write(chunk)) await once(request, 'drain')
  }
  request.end()
  await closed
  return { parts, contentBytes }
}
