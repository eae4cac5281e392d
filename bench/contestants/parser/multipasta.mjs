import { decodeField, make } from 'multipasta'

/** multipasta. */
export async function parse({ contentType, chunks }) {
  let parts = 0
  let contentBytes = 0
  let failure
  const parser = make({
    headers: { 'content-type': contentType },
    onFile() {
      parts += 1
      return (chunk) => (contentBytes += chunk?.length ?? 0)
    },
    onField(info, value) {
      parts += 1
      contentBytes += value.length
      decodeField(info, value)
    },
    onError: (error) => (failure = error),
    onDone() {},
  })
  for (const chunk of chunks) parser.write(chunk)
  parser.end()
  if (failure) throw new Error(JSON.stringify(failure))
  return { parts, contentBytes }
}
