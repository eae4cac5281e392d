import { get, type IncomingMessage, type RequestOptions } from 'node:http'
import { onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer, type ServerOptions } from '../../server.ts'
import { temporaryFolder } from '../receiver.fixture.ts'

/** A server by plain HTTP. */
export interface PlainServer {
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly close: () => Promise<void>
}

/** Starts the standalone server. It is closed without grace. */
export async function startServer(options: Partial<ServerOptions> = {}): Promise<PlainServer> {
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent', ...options })
  onTestFinished(() => server.close({ graceMs: 0 }))
  const { url, port } = await server.listen()
  return { url, port, folder, close: () => server.close({ graceMs: 0 }) }
}

/** A request, by default a GET, with any path and headers, as they are. */
export function request(url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, options, resolve).on('error', reject)
  })
}
