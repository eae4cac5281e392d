import { createServer as createHttpServer } from 'node:http'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import express from 'express'
import fastify from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createReceiver } from '../../index.ts'
import {
  contentType,
  get,
  halfDone,
  listen,
  multipartBody,
  post,
  RawClient,
  startReceiver,
  temporaryFolder,
  patiently,
} from '../receiver.fixture.ts'
import { storageError } from '../problem/errors.ts'
import { uploadDay } from '../storage/upload-id.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }

describe('the routes', () => {
  it('list what is there, newest first and in pages, and give one upload', async () => {
    const { url } = await startReceiver()
    const ids: string[] = []
    for (let count = 0; count < 3; count += 1) ids.unshift((await post(url, [sample])).body.id)
    const first = (await get(`${url}/uploads?limit=2`)).body
    expect(first.uploads.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect(first.next).toBe(ids[1])
    const last = (await get(`${url}/uploads?limit=2&before=${first.next}`)).body
    expect(last).toEqual({ uploads: [expect.objectContaining({ id: ids[2] })], next: null })
    const one = (await get(`${url}/uploads/${ids[0]}`)).body
    expect(one).toEqual(first.uploads[0])
    expect(Date.parse(one.receivedAt)).toBeLessThanOrEqual(Date.now())
  })

  it.each([
    'limit=0',
    'limit=1001',
    'limit=x',
    'limit=',
    'limit=1.5',
    'before=x',
    'before=../..',
    'before=7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  ])('R-03 answer 400 to a list with %s', async (query) => {
    const { url } = await startReceiver()
    const { status, body } = await get(`${url}/uploads?${query}`)
    expect([status, body.type]).toEqual([400, 'urn:wx-upload:problem:malformed'])
  })

  it('list the rest, and log it, when a record is damaged', async () => {
    const { url, folder, lines } = await startReceiver()
    const damaged = (await post(url, [sample])).body.id
    const whole = (await post(url, [sample])).body.id
    await appendFile(join(folder, uploadDay(damaged), damaged, 'upload.json'), 'x')
    expect((await get(`${url}/uploads`)).body.uploads).toMatchObject([{ id: whole }])
    expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: { id: damaged } })
    const { status, body } = await get(`${url}/uploads/${damaged}`)
    expect([status, body.type]).toEqual([500, 'urn:wx-upload:problem:upload-damaged'])
    expect(JSON.stringify(body)).not.toContain(folder)
  })

  it('remove an upload, once', async () => {
    const { url, folder } = await startReceiver()
    const { id, files } = (await post(url, [sample])).body
    const removed = await fetch(`${url}/uploads/${id}`, { method: 'DELETE' })
    expect([removed.status, await removed.text()]).toEqual([204, ''])
    expect((await get(`${url}/uploads/${id}`)).status).toBe(404)
    expect((await fetch(files[0].url)).status).toBe(404)
    expect((await fetch(`${url}/uploads/${id}`, { method: 'DELETE' })).status).toBe(404)
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-03 tell who posts to another address where uploads go', async () => {
    const { url } = await startReceiver()
    const response = await fetch(`${url}/`, { method: 'POST', body: 'hello' })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      detail: 'There is nothing at "/": POST goes to /upload',
    })
  })

  it.each([
    '/',
    '/nothing',
    '/uploads/',
    '/uploads/x',
    '/uploads/..%2f..%2fetc',
    '/uploads/01ARZ3NDEKTSV4RRFFQ69G5FAV/files/0',
    '/uploads/%zz',
    `/uploads/${'x'.repeat(500)}`,
    '//',
  ])('R-03 answer 404 to GET %s', async (path) => {
    const { port } = await startReceiver()
    const client = new RawClient(port)
    client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/^HTTP\/1\.1 404 .*application\/problem\+json.*"urn:wx-upload:problem:not-found"/s)
  })

  it.each([
    ['PUT', '/upload', 'POST'],
    ['GET', '/upload', 'POST'],
    ['OPTIONS', '/uploads', 'GET, HEAD'],
    ['POST', '/uploads?limit=1', 'GET, HEAD'],
    ['PATCH', '/uploads/x', 'GET, HEAD, DELETE'],
    ['DELETE', '/uploads/x/files/0', 'GET, HEAD'],
  ])('R-03 answer 405 to %s %s and allow %s', async (method, path, allow) => {
    const { url } = await startReceiver()
    const response = await fetch(url + path, { method })
    expect([response.status, response.headers.get('Allow')]).toEqual([405, allow])
    expect(await response.json()).toMatchObject({
      type: 'urn:wx-upload:problem:method-not-allowed',
    })
  })

  it('R-03 say nothing of what is inside when something unknown fails, and log it', async () => {
    const folder = await temporaryFolder()
    const storage = createDiskStorage(folder)
    storage.list = () => Promise.reject(new Error(`secret ${folder}`))
    const { url, lines } = await startReceiver({ storage })
    const { status, body } = await get(`${url}/uploads`)
    expect(status).toBe(500)
    expect(body).toEqual({
      type: 'urn:wx-upload:problem:internal',
      title: expect.any(String),
      status: 500,
    })
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      fields: { err: { message: `secret ${folder}` } },
    })
  })

  it.each([
    ['ENOSPC', 507],
    ['EROFS', 503],
  ])('log the cause where the storage fails with %s', async (code, status) => {
    const storage = createDiskStorage(await temporaryFolder())
    const cause = Object.assign(new Error(`${code}: a path`), { code })
    storage.createUpload = () => ({
      createFile: () => ({
        storedAs: 'f.txt',
        write: () => Promise.reject(storageError(cause, 'Writing the file f.txt')),
        end: () => Promise.resolve(),
      }),
      seal: () => Promise.reject(cause),
      discard: () => Promise.resolve(),
    })
    const { url, lines } = await startReceiver({ storage })
    const answer = await post(url, [sample])
    expect(answer.status).toBe(status)
    expect(lines).toContainEqual({
      level: 'error',
      fields: { err: cause, requestId: answer.headers.get('X-Request-Id') },
      message: `Writing the file f.txt failed: ${code}`,
    })
  })

  it('log nothing as an error where the receiver refuses for reasons of its own', async () => {
    const { url, lines, receiver } = await startReceiver()
    await receiver.close()
    expect((await post(url, [sample])).status).toBe(503)
    expect(lines.map(({ level }) => level)).toEqual(['info'])
  })

  it('begin the urls of answers with publicUrl where one is given', async () => {
    const { url } = await startReceiver({ publicUrl: 'https://files.example.com/in/' })
    const { id, files } = (await post(url, [sample])).body
    expect(files[0].url).toBe(`https://files.example.com/in/uploads/${id}/files/0`)
  })

  it('refuse options that would be a hole', async () => {
    const storage = createDiskStorage(await temporaryFolder())
    expect(() => createReceiver({ storage, limits: { files: NaN } })).toThrow(/limits\.files/)
    expect(() => createReceiver({ storage, limits: { minRateBytesPerSecond: Infinity } })).toThrow(
      'limits.minRateBytesPerSecond should be finite; 0 switches it off',
    )
    const typo: object = { fileSizeByte: 1 }
    expect(() => createReceiver({ storage, limits: typo })).toThrow(
      /limits\.fileSizeByte is no limit/,
    )
  })
})

describe('R-11 createReceiver', () => {
  it('mounts in Express under a path, and its urls lead back', async () => {
    const app = express()
    const receiver = createReceiver({ storage: createDiskStorage(await temporaryFolder()) })
    app.get('/hello', (_request, response) => {
      response.send('hello')
    })
    app.use('/files', receiver)
    const url = `http://127.0.0.1:${await listen(createHttpServer(app))}`
    expect(await use(`${url}/files`)).toEqual(working)
    expect(await (await fetch(`${url}/hello`)).text()).toBe('hello')
  })

  it('mounts in Fastify under a path, and its urls lead back', async () => {
    const app = fastify()
    const receiver = createReceiver({
      storage: createDiskStorage(await temporaryFolder()),
      basePath: '/files',
    })
    app.all('/files/*', {
      onRequest: (request, reply, done) => {
        reply.hijack()
        receiver(request.raw, reply.raw)
        done()
      },
      handler: () => undefined,
    })
    onTestFinished(() => app.close())
    expect(await use(`${await app.listen({ port: 0 })}/files`)).toEqual(working)
  })

  it('mounts in node:http under a path, and its urls lead back', async () => {
    const receiver = createReceiver({
      storage: createDiskStorage(await temporaryFolder()),
      basePath: '/files/',
    })
    expect(await use(`http://127.0.0.1:${await listen(createHttpServer(receiver))}/files`)).toEqual(
      working,
    )
  })

  it('names its own address, where a client of HTTP/1.0 named none', async () => {
    const storage = createDiskStorage(await temporaryFolder())
    const port = await listen(createHttpServer(createReceiver({ storage })), '::1')
    const client = new RawClient(port, '::1')
    const body = multipartBody([sample])
    client.send(
      `POST /upload HTTP/1.0\r\nContent-Type: ${contentType}\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    client.send(body)
    await expect
      .poll(() => client.received, patiently)
      .toContain(`"url":"http://[::1]:${port}/uploads/`)
  })
})

/** What {@link use} finds where all is well. */
const working = { urlIsBelow: true, content: 'content', listed: 1, unknown: 404, tooLarge: 413 }

async function use(base: string): Promise<typeof working> {
  const { id, files } = (await post(base, [sample])).body
  const [{ url }] = files
  return {
    urlIsBelow: url === `${base}/uploads/${id}/files/0`,
    content: await (await fetch(url)).text(),
    listed: (await get(`${base}/uploads?limit=1`)).body.uploads.length,
    unknown: (await get(`${base}/nothing`)).status,
    tooLarge: (await post(base, [{ name: 'f', body: 'x'.repeat(300_000) }])).status,
  }
}

describe('an early answer', () => {
  it('is read by a client that goes on sending, and the connection is not reset under it', async () => {
    const { port } = await startReceiver({ limits: { totalSizeBytes: 1000, lingerMs: 10_000 } })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 8_000_000 })
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/413 .*\r\nConnection: close\r\n.*"limit-exceeded"|413 .*limit-exceeded/s)
    const [, length] = /Content-Length: (\d+)/.exec(client.received) ?? []
    expect(client.received.split('\r\n\r\n')[1]).toHaveLength(Number(length))
    expect(client.received).toContain('Connection: close')
    for (let count = 0; count < 80; count += 1) client.send(Buffer.alloc(100_000))
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.error).toBeUndefined()
    expect(client.socket.bytesWritten).toBeGreaterThan(8_000_000)
  })

  it('is given up on after lingerMs', async () => {
    const { port } = await startReceiver({ limits: { totalSizeBytes: 1000, lingerMs: 50 } })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 8_000_000 })
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.received).toContain('limit-exceeded')
  })

  it('is not given up on before the client is done where lingerMs is Infinity', async () => {
    const { port } = await startReceiver({ limits: { totalSizeBytes: 1000, lingerMs: Infinity } })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 200_000 })
    await expect.poll(() => client.received, patiently).toMatch(/limit-exceeded/)
    client.send(Buffer.alloc(100_000))
    await delay(50)
    expect(client.isClosed).toBe(false)
    client.send(Buffer.alloc(100_000))
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.error).toBeUndefined()
  })

  it('is given up on after lingerSizeBytes', async () => {
    const { port } = await startReceiver({
      limits: { totalSizeBytes: 1000, lingerMs: 60_000, lingerSizeBytes: 100_000 },
    })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 8_000_000 })
    await expect.poll(() => client.received, patiently).toMatch(/limit-exceeded/)
    client.send(Buffer.alloc(200_000))
    await expect.poll(() => client.isClosed, patiently).toBe(true)
  })

  it('leaves the connection for the next request where the whole request had come', async () => {
    const { port } = await startReceiver()
    const client = new RawClient(port)
    client.socket.cork()
    client.sendHead({ 'Content-Type': 'text/plain', 'Content-Length': 2 })
    client.send('{}')
    client.socket.uncork()
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 415 /)
    client.send('GET /uploads HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(() => client.received, patiently).toMatch(/200 OK.*"uploads":\[\]/s)
  })
})

describe('Expect: 100-continue', () => {
  it('R-04 is answered with the refusal itself, without 100 Continue', async () => {
    const { port } = await startReceiver({ limits: { totalSizeBytes: 1000 } })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 2000, Expect: '100-continue' })
    await expect.poll(() => client.received, patiently).toMatch(/limit-exceeded/)
    expect(client.received).toMatch(/^HTTP\/1\.1 413 /)
    client.socket.end()
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.received).not.toContain('100 Continue')
  })

  it('is answered with 100 Continue when the upload may come', async () => {
    const { port } = await startReceiver()
    const client = new RawClient(port)
    const body = multipartBody([sample])
    client.sendHead({ 'Content-Length': body.length, Expect: '100-continue' })
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    client.send(body)
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK.*"size":7/s)
  })
})
