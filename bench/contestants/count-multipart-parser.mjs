/** Has one of the two parsers of this design parse a body, and counts what comes. */
export async function countMultipartParser(parser, chunks) {
  let parts = 0
  let contentBytes = 0
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
