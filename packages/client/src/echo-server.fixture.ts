import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the echo server says that it was sent. */
export interface Echo {
  readonly method: string
  readonly url: string
  /** Names as they came on the wire. */
  readonly header: readonly (readonly [name: string, value: string])[]
  /** The body as it came, as UTF-8. */
  readonly body: string
  readonly bodyBytes: number
}

export interface EchoServer {
  /** `http://127.0.0.1:PORT`, with CORS open to any page. */
  readonly origin: string
  /** The most requests that were being answered at once. */
  readonly peak: () => number
  /** How many requests have come. */
  readonly requests: () => number
  /** Lets the requests to `/hold` be answered, those to come included. */
  readonly release: () => void
  readonly close: () => Promise<void>
}

/** A server on a free port that answers each POST with what it was sent. `/status/N` answers with that status. */
export async function startEchoServer(): Promise<EchoServer> {
  let running = 0
  let peak = 0
  let requests = 0
  let letGo: () => void = () => undefined
  const released = new Promise<void>((resolve) => (letGo = resolve))

  const server = createServer((req, res) => {
    requests += 1
    running += 1
    peak = Math.max(peak, running)
    res.once('close', () => (running -= 1))
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      const body = Buffer.concat(chunks)
      const echo: Echo = {
        method: req.method ?? '',
        url: req.url ?? '',
        header: pairs(req.rawHeaders),
        body: body.toString(),
        bodyBytes: body.length,
      }
      res.setHeader('X-Echo', ['one', 'two'])
      res.setHeader('Set-Cookie', ['a=1; Path=/', 'b=2'])
      res.statusCode = Number(/^\/status\/(\d+)/.exec(req.url ?? '')?.[1] ?? 200)
      const answer = () => res.end(JSON.stringify(echo))
      if (req.url?.startsWith('/hold')) void released.then(answer)
      else answer()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    peak: () => peak,
    requests: () => requests,
    release: () => letGo(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function portOf(server: Server): number {
  // A server that listens on a TCP port has such an address.
  return (server.address() as AddressInfo).port
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as [string, string]] : [],
  )
}
