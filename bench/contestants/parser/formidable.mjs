import { once } from 'node:events'
import { MultipartParser } from 'formidable'

/** The parser of formidable by itself. */
export async function parse({ boundary, chunks }) {
  let parts = 0
  let contentBytes = 0
  let isField = false
  let value = []
  let header = ''
  const parser = new MultipartParser()
  parser.initWithBoundary(boundary)
  parser.on('data', ({ name, buffer, start, end }) => {
    switch (name) {
      case 'partBegin':
        parts += 1
        header = ''
        value = []
        break
      case 'headerValue':
        header += buffer.toString('utf8', start, end)
        break
      case 'headersEnd':
        isField = !header.includes('filename=')
        break
      case 'partData':
        contentBytes += end - start
        if (isField) value.push(buffer.subarray(start, end))
        break
      case 'partEnd':
        if (isField) Buffer.concat(value).toString()
        break
      default:
    }
  })
  for (const chunk of chunks) {
    if (!parser.write(chunk)) await once(parser, 'drain')
  }
  const ended = once(parser, 'end')
  parser.end()
  await ended
  return { parts, contentBytes }
}
