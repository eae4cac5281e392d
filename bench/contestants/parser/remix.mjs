import { MultipartParser } from '@remix-run/multipart-parser'

const limits = { maxFileSize: Infinity, maxParts: Infinity, maxTotalSize: Infinity }

/** @remix-run/multipart-parser. */
export async function parse({ boundary, chunks }) {
  let parts = 0
  let contentBytes = 0
  const parser = new MultipartParser(boundary, limits)
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
