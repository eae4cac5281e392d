import { MultipartParser } from '@mjackson/multipart-parser'

/** @mjackson/multipart-parser. */
export async function parse({ boundary, chunks }) {
  let parts = 0
  let contentBytes = 0
  const parser = new MultipartParser(boundary, { maxFileSize: Infinity })
  for (const chunk of chunks) {
    for (const part of parser.write(chunk)) {
      parts += 1
      contentBytes += part.size
      if (!part.isFile) void [part.name, part.text]
    }
  }
  parser.finish()
  return { parts, contentBytes }
}
