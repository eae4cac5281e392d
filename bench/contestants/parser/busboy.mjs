import busboy from 'busboy'
import { countBusboy, limits } from '../count-busboy.mjs'

/** busboy. */
export function parse({ contentType, chunks }) {
  const headers = { 'content-type': contentType }
  return countBusboy(busboy({ headers, limits }), chunks)
}
