import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import multipart from '@fastify/multipart'
import fastify from 'fastify'

/** @fastify/multipart, each file piped into a file. */
export async function start({ folder }) {
  let stored = 0

  async function store(request) {
    for await (const { file } of request.files())
      await pipeline(file, createWriteStream(join(folder, String((stored += 1)))))
    return {}
  }

  const app = fastify({ bodyLimit: Number.MAX_SAFE_INTEGER })
  await app.register(multipart, { limits: { fileSize: Infinity } })
  app.route({ method: 'POST', url: '/upload', handler: store })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return app.server.address().port
}
