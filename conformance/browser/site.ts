import { readFile } from 'node:fs/promises'
import { createServer, type OutgoingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { inject, onTestFinished } from 'vitest'

/** What a site answers. */
export interface SiteSetup {
  /** By path: the text of a file, whose type is that of the path's extension and otherwise a page's, or what answers. */
  readonly routes?: Readonly<Record<string, string | RequestListener>>
  /** What else is there: the files of a folder. Default: the project with the packed packages. */
  readonly folder?: string
  /** Of every answer that is a file. */
  readonly header?: OutgoingHttpHeaders
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
}

// A browser asks for it by itself, when it likes, and tells the page's console where there is none.
const icon: RequestListener = (_req, res) => void res.writeHead(204).end()

/** Starts a web server on a free port, which is gone when the test is over. Resolves with its origin. */
export async function startSite(setup: SiteSetup): Promise<string> {
  const { folder = inject('packedProject'), header = {} } = setup
  const routes: SiteSetup['routes'] = { '/favicon.ico': icon, ...setup.routes }
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? '', 'http://site')
    const route = routes[pathname]
    // A page that goes away is what some tests are about.
    req.on('error', () => undefined)
    if (typeof route === 'function') {
      route(req, res)
      return
    }
    const type = types[path.extname(pathname)] ?? 'text/html; charset=utf-8'
    Promise.resolve(route ?? readFile(path.join(folder, pathname))).then(
      (content) => res.writeHead(200, { 'Content-Type': type, ...header }).end(content),
      () => res.writeHead(404).end(),
    )
  })
  // A paused upload is no slow one.
  server.requestTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  })
  // A server that listens on a TCP port has such an address.
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}
