import { writeFile } from 'node:fs/promises'
import {
  createServer as createHttpServer,
  get as httpGet,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from './fs.ts'
import { createServer, type ServerOptions } from './server.ts'
import { createTicket } from './ticket.ts'
import { listenTo } from './lib/http/event-listener.fixture.ts'
import {
  eventually,
  formatPart,
  get,
  halfDone,
  listen,
  multipartBody,
  patiently,
  post,
  RawClient,
  temporaryFolder,
} from './lib/receiver.fixture.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }
const pageOrigin = { Origin: 'https://page.example' }

describe('createServer', () => {
  it('takes, lists, serves and removes uploads', async () => {
    const { url } = await startServer()
    const { body } = await post(url, [sample])
    expect(body.files[0].url).toBe(`${url}/uploads/${body.id}/files/0`)
    expect(await (await fetch(body.files[0].url)).text()).toBe('content')
    expect((await get(`${url}/uploads?limit=1`)).body.uploads).toHaveLength(1)
    expect((await fetch(`${url}/uploads/${body.id}`, { method: 'DELETE' })).status).toBe(204)
  })

  it('says at / what it is and how to upload', async () => {
    const { url } = await startServer()
    const response = await fetch(url)
    expect(response.headers.get('Content-Type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toContain(`curl -F file=@photo.jpg ${url}/upload`)
  })

  it('R-07 refuses a name that somebody else has pointed to this machine', async () => {
    const { url } = await startServer()
    const { port } = new URL(url)
    for (const [host, status] of [
      [`localhost:${port}`, 200],
      [`app.localhost:${port}`, 200],
      [`127.0.0.1:${port}`, 200],
      [`[::1]:${port}`, 200],
      [`evil.example:${port}`, 421],
      ['localhost.evil.example', 421],
    ] as const) {
      for (const path of ['/uploads', '/']) {
        const answer = await request(url + path, { headers: { host } })
        expect([host, path, answer.statusCode]).toEqual([host, path, status])
        expect(answer.headers['x-request-id']).toMatch(/^\w{26}$/)
        answer.resume()
      }
    }
    for (const path of ['/nothing', '/%zz']) {
      const answer = await request(url + path, { headers: { host: 'evil.example' } })
      expect([path, answer.statusCode]).toEqual([path, path === '/%zz' ? 404 : 421])
      answer.resume()
    }
  })

  it.each(['127.1', 'LOCALHOST', '::ffff:127.0.0.1'])(
    'R-07 refuses such a name however this machine was named to listen at: %s',
    async (host) => {
      const server = await createServer({
        storage: createDiskStorage(await temporaryFolder(), { durability: 'none' }),
        log: 'silent',
      })
      onTestFinished(() => server.close({ graceMs: 0 }))
      const { port } = await server.listen({ host })
      for (const [asked, status] of [
        [`${host}:${port}`, 200],
        [`evil.example:${port}`, 421],
      ] as const) {
        const answer = await request(`http://127.0.0.1:${port}/uploads`, {
          headers: { host: asked },
        })
        answer.resume()
        expect([asked, answer.statusCode]).toEqual([asked, status])
      }
    },
  )

  it.each(['/%zz', '/uploads/%zz', '/upload%ff'])(
    'R-03 answers the address %s, which cannot be decoded, with a problem',
    async (path) => {
      const { url } = await startServer()
      const response = await fetch(url + path)
      expect(response.status).toBe(404)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8')
    },
  )

  it.each([
    ['what is not HTTP', 'this is not HTTP\r\n\r\n', 400, 'malformed'],
    ['a head that is too large', get11(`X: ${'x'.repeat(20_000)}\r\n`), 413, 'limit-exceeded'],
    ['a request without a Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'malformed'],
  ])('R-03 R-10 answers %s with a problem and an id', async (_, head, status, type) => {
    const { url } = await startServer()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.end(head)
    const answer = await text(socket)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toMatch(/^Content-Type: application\/problem\+json/m)
    expect(answer).toMatch(/^X-Request-Id: \w{26}\r$/m)
    expect(answer).toContain(`"type":"urn:wx-upload:problem:${type}"`)
  })

  it('answers a request that expects what nobody knows as if it did not', async () => {
    const { url } = await startServer()
    const answer = await request(url, { path: '/uploads', headers: { Expect: 'the-impossible' } })
    answer.resume()
    expect([answer.statusCode, answer.headers['x-request-id']]).toEqual([
      200,
      expect.stringMatching(/^\w{26}$/),
    ])
  })

  it.each([
    ['GET', '/nothing', 404],
    ['PUT', '/upload', 405],
    ['OPTIONS', '/upload', 405],
    ['PROPFIND', '/upload', 405],
    ['POST', '/nothing', 404],
  ])('R-03 answers %s %s with a problem', async (method, path, status) => {
    const { url } = await startServer({ cors: false })
    const response = await fetch(url + path, { method })
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8')
  })

  it('lets web pages of any origin upload, and neither list nor read nor remove', async () => {
    const { url } = await startServer()
    const upload = await fetch(`${url}/upload`, {
      method: 'POST',
      headers: {
        ...pageOrigin,
        'Content-Type': `multipart/form-data; boundary=boundary-of-a-test`,
      },
      body: multipartBody([sample]),
    })
    expect(upload.headers.get('Access-Control-Allow-Origin')).toBe('*')
    const preflight = await fetch(`${url}/upload`, {
      method: 'OPTIONS',
      headers: {
        ...pageOrigin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'x-token',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toBe('POST')
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('x-token')
    const list = await fetch(`${url}/uploads`, { headers: pageOrigin })
    expect(list.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })

  it.each(['/', '/events', '/uploads', '/uploads/x', '/playground', '/nothing', '*'])(
    'lets web pages of any origin ask about /upload alone: OPTIONS %s',
    async (path) => {
      const { url } = await startServer()
      const asked = { 'Access-Control-Request-Method': 'POST' }
      for (const headers of [{}, { ...pageOrigin, ...asked }]) {
        const answer = await request(url, { method: 'OPTIONS', path, headers })
        answer.resume()
        expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([
          /^\/(?:events|uploads)/.test(path) ? 405 : 404,
          undefined,
        ])
        expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
      }
    },
  )

  it('lets web pages hear a refusal too', async () => {
    const { url } = await startServer()
    const refused = await fetch(`${url}/upload`, { method: 'POST', headers: pageOrigin, body: 'x' })
    expect([refused.status, refused.headers.get('Access-Control-Allow-Origin')]).toEqual([415, '*'])
  })

  it('lets the given origins alone upload, or none', async () => {
    const origins = async (cors: ServerOptions['cors'], origin: string) => {
      const { url } = await startServer(cors === undefined ? {} : { cors })
      const response = await fetch(`${url}/upload`, { method: 'POST', headers: { Origin: origin } })
      return response.headers.get('Access-Control-Allow-Origin')
    }
    expect(await origins(['https://a.example', 'https://b.example'], 'https://b.example')).toBe(
      'https://b.example',
    )
    expect(await origins(['https://a.example'], 'https://b.example')).toBeNull()
    expect(await origins(false, 'https://b.example')).toBeNull()
  })

  it('R-08 lets web pages of any origin send a ticket, and hear what is wrong with it', async () => {
    const ticketSecret = 'a secret that is 32 bytes long, or more'
    const { url } = await startServer({ ticketSecret })
    const preflight = await fetch(`${url}/upload`, {
      method: 'OPTIONS',
      headers: {
        ...pageOrigin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'x-upload-ticket',
      },
    })
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('x-upload-ticket')
    const send = (ticket: string) =>
      fetch(`${url}/upload`, {
        method: 'POST',
        headers: {
          ...pageOrigin,
          'X-Upload-Ticket': ticket,
          'Content-Type': `multipart/form-data; boundary=boundary-of-a-test`,
        },
        body: multipartBody([sample]),
      })
    const refused = await send('none')
    expect([refused.status, refused.headers.get('Access-Control-Allow-Origin')]).toEqual([401, '*'])
    expect((await send(createTicket(ticketSecret, { expiresInSeconds: 60 }))).status).toBe(200)
    expect((await fetch(`${url}/uploads`)).status).toBe(401)
  })

  it('logs one line an upload, with the id that the answer carries', async () => {
    const output = new PassThrough()
    const { url } = await startServer({ log: pino(output) })
    const stored = await post(url, [sample])
    const refused = await fetch(`${url}/upload`, { method: 'POST', body: '{}' })
    output.end()
    const lines = (await text(output)).trim().split('\n')
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      {
        msg: 'upload',
        outcome: 'stored',
        id: stored.body.id,
        files: 1,
        bytes: 7,
        durationMs: expect.any(Number),
        remoteAddress: '127.0.0.1',
        requestId: stored.headers.get('X-Request-Id'),
      },
      { msg: 'upload', outcome: 'not-multipart', requestId: refused.headers.get('X-Request-Id') },
    ])
  })

  it('R-10 answers and logs with the X-Request-Id that the client sent', async () => {
    const output = new PassThrough()
    const { url } = await startServer({ log: pino(output) })
    const headers = { 'X-Request-Id': 'mine-1' }
    for (const [method, path] of [
      ['POST', '/upload'],
      ['GET', '/'],
      ['GET', '/nothing'],
    ] as const) {
      const answer = await fetch(url + path, { method, headers })
      expect([path, answer.headers.get('X-Request-Id')]).toEqual([path, 'mine-1'])
    }
    output.end()
    expect(readLines(await text(output))).toMatchObject([
      { msg: 'upload', requestId: 'mine-1' },
      { msg: 'refused', requestId: 'mine-1' },
    ])
  })

  it('R-10 logs each refusal with the id that its answer carries, and no query', async () => {
    const output = new PassThrough()
    const { url, port } = await startServer({ log: pino(output) })
    const ids: (string | string[] | null | undefined)[] = []
    for (const [method, path, headers] of [
      ['GET', '/nothing?secret=1', {}],
      ['GET', '/%zz?secret=1', {}],
      ['PUT', '/upload?secret=1', {}],
      ['POST', '/upload?secret=1', {}],
      ['GET', '/uploads/x/files/0?secret=1', {}],
      ['GET', '/?secret=1', { host: 'evil.example' }],
    ] as const) {
      const answer = await request(url, { method, path, headers })
      answer.resume()
      ids.push(answer.headers['x-request-id'])
    }
    const client = new RawClient(port)
    client.send('this is not HTTP\r\n\r\n')
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    ids.push(/X-Request-Id: (\w+)/.exec(client.received)?.[1])
    output.end()
    const logged = await text(output)
    expect(readLines(logged).map(({ requestId }) => requestId)).toEqual(ids)
    expect(logged).not.toContain('secret')
    expect(readLines(logged)).toMatchObject([
      { msg: 'refused', outcome: 'not-found', method: 'GET', path: '/nothing' },
      { msg: 'refused', outcome: 'not-found', method: 'GET', path: '/%zz' },
      { msg: 'refused', outcome: 'method-not-allowed', method: 'PUT', path: '/upload' },
      { msg: 'upload', outcome: 'not-multipart' },
      { msg: 'refused', outcome: 'not-found', path: '/uploads/x/files/0' },
      { msg: 'refused', outcome: 'misdirected', detail: expect.stringContaining('evil.example') },
      { msg: 'refused', outcome: 'malformed', remoteAddress: '127.0.0.1' },
    ])
  })

  it('answers Expect: 100-continue only after it has looked at the request', async () => {
    const { port } = await startServer({ limits: { totalSizeBytes: 1000 } })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 2000, Expect: '100-continue' })
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 413 /)
    const allowed = new RawClient(port)
    allowed.sendHead({ 'Content-Length': 500, Expect: '100-continue' })
    await expect.poll(() => allowed.received, patiently).toMatch(/^HTTP\/1\.1 100 Continue/)
  })

  it('rejects with EADDRINUSE and the port where something listens already', async () => {
    const port = await listen(createHttpServer())
    const server = await createServer({
      storage: createDiskStorage(await temporaryFolder()),
      log: 'silent',
    })
    onTestFinished(() => server.close({ graceMs: 0 }))
    await expect(server.listen({ port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: `Listening on 127.0.0.1:${port} failed: the port is in use`,
    })
  })

  it('rejects where the storage cannot be opened, and logs once what the system said', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const output = new PassThrough()
    const server = await createServer({
      storage: createDiskStorage(join(folder, 'file')),
      log: pino(output),
    })
    onTestFinished(() => server.close({ graceMs: 0 }))
    await expect(server.listen()).rejects.toMatchObject({ code: 'storage-unavailable' })
    output.end()
    const line: unknown = JSON.parse(await text(output))
    expect(line).toMatchObject({
      msg: 'Opening the storage failed: ENOTDIR',
      err: { message: expect.stringMatching(/^ENOTDIR: not a directory/) },
    })
  })

  it('R-10 close() without grace tells a client that is sending that the server is stopping, and leaves nothing', async () => {
    const { port, folder, close } = await startServer({ limits: { lingerMs: 10_000 } })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 5_000_000 })
    client.send(formatPart({ ...sample, body: 'x'.repeat(1_000_000) }))
    await eventually('an upload under way', async () => (await halfDone(folder)).length === 1)
    const closed = close()
    const sending = setInterval(() => client.send(Buffer.alloc(100_000)), 5)
    await closed
    clearInterval(sending)
    expect(await halfDone(folder)).toEqual([])
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.received).toMatch(/^HTTP\/1\.1 503 .*"urn:wx-upload:problem:stopping"/s)
    expect(client.error).toBeUndefined()
  })

  it('R-10 close() ends the streams of those who listen', async () => {
    const { url, close } = await startServer()
    const { listener, ended } = await listenTo(url)
    await eventually('the first state', () => listener.state !== undefined)
    await post(url, [sample])
    await close()
    await ended
    expect(listener.heard('stored')).toHaveLength(1)
  })
})

function readLines(log: string): Record<string, unknown>[] {
  return log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** The head of a GET, with a header more. */
function get11(header: string): string {
  return `GET / HTTP/1.1\r\nHost: localhost\r\n${header}\r\n`
}

async function startServer(
  options: Partial<ServerOptions> = {},
): Promise<{ url: string; port: number; folder: string; close: () => Promise<void> }> {
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent', ...options })
  onTestFinished(() => server.close({ graceMs: 0 }))
  const { url, port } = await server.listen()
  return { url, port, folder, close: () => server.close({ graceMs: 0 }) }
}

/** A request, by default a GET, with any path and headers, as they are. */
function request(url: string, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(url, options, resolve).on('error', reject)
  })
}
