import { formidable } from 'formidable'
import { listen } from '../listen.mjs'

/** formidable without its limit of size. */
export function start({ folder }) {
  const limits = { maxFileSize: Infinity, maxTotalFileSize: Infinity }
  return listen(async (request, response) => {
    await formidable({ uploadDir: folder, ...limits }).parse(request)
    response.end('{}')
  })
}
