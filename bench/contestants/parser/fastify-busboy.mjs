import { Busboy } from '@fastify/busboy'
import { countBusboy, limits } from '../count-busboy.mjs'

/** @fastify/busboy. */
export function parse({ contentType, chunks }) {
  const headers = { 'content-type': contentType }
  return countBusboy(new Busboy({ headers, limits }), chunks)
}
