import { createMultipartParser } from '@wx-upload/multipart'

const limits = { maxParts: Infinity, maxFields: Infinity, maxFiles: Infinity }

/** @wx-upload/multipart. */
export async function parse({ boundary, chunks }) {
  let parts = 0
  let contentBytes = 0
  let value
  const parser = createMultipartParser({
    boundary,
    limits,
    onPart({ fileName }) {
      parts += 1
      value = fileName === undefined ? [] : undefined
    },
    onData(chunk) {
      contentBytes += chunk.length
      value?.push(chunk)
    },
    onPartEnd() {
      if (value !== undefined) Buffer.concat(value).toString()
    },
  })
  for (const chunk of chunks) parser.write(chunk)
  parser.end()
  return { parts, contentBytes }
}
