import { writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from './fs.ts'
import { createServer } from './server.ts'
import { listenTo } from './lib/http/event-listener.fixture.ts'
import {
  eventually,
  formatPart,
  get,
  halfDone,
  listen,
  patiently,
  post,
  RawClient,
  temporaryFolder,
  writtenAhead,
} from './lib/receiver.fixture.ts'
import { request, startServer } from './lib/server/plain-server.fixture.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }

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
      expect([path, answer.statusCode]).toEqual([path, 421])
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
    client.send(formatPart({ ...sample, body: 'x'.repeat(writtenAhead) }))
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

/** The head of a GET, with a header more. */
function get11(header: string): string {
  return `GET / HTTP/1.1\r\nHost: localhost\r\n${header}\r\n`
}
