import { once } from 'node:events'
import { createServer } from 'node:http'

/** Serves with `node:http` at a free port of 127.0.0.1; resolves with it. */
export async function listen(handler, options = {}) {
  const server = createServer(options, handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}
