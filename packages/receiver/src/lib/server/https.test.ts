import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { createCertificate } from '../../../../client/src/lib/node/certificate.fixture.ts'
import {
  contentType,
  eventually,
  formatPart,
  halfDone,
  multipartBody,
  patiently,
  type AnswerBody,
  writtenAhead,
} from '../receiver.fixture.ts'
import { CertificateError } from './certificate.ts'
import { openSession, openTls, protocols, startSecureServer } from './secure-server.fixture.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }
const upload = {
  method: 'POST',
  path: '/upload',
  headers: { 'content-type': contentType },
  body: multipartBody([sample]),
}

describe.each(protocols)('createServer with a certificate, over %s', (_protocol, speak) => {
  it('R-01 takes, lists, serves and removes uploads, with urls of https', async () => {
    const server = await startSecureServer()
    expect(server.url).toMatch(/^https:/)
    const stored = await speak(server, upload)
    expect(stored.status).toBe(200)
    const { id, files }: AnswerBody = JSON.parse(stored.text)
    expect(files[0].url).toBe(`${server.url}/uploads/${id}/files/0`)
    const { pathname: path } = new URL(files[0].url)
    expect(await speak(server, { path })).toMatchObject({ status: 200, text: 'content' })
    const part = await speak(server, { path, headers: { range: 'bytes=0-3' } })
    expect(part).toMatchObject({ status: 206, text: 'cont' })
    expect(JSON.parse((await speak(server, { path: '/uploads' })).text)).toMatchObject({
      uploads: [{ id }],
    })
    const removed = await speak(server, { method: 'DELETE', path: `/uploads/${id}` })
    expect(removed).toMatchObject({ status: 204, text: '' })
  })

  it('R-13 shows its pages, and says how to upload', async () => {
    const server = await startSecureServer()
    const page = await speak(server, { path: '/playground', headers: { accept: 'text/html' } })
    expect([page.status, page.headers['content-security-policy']]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ])
    const welcome = await speak(server, { path: '/' })
    expect(welcome.text).toContain(`curl -F file=@photo.jpg ${server.url}/upload`)
  })

  it.each([
    ['an address that cannot be decoded', { path: '/%zz' }, 404, 'not-found'],
    ['another method', { method: 'PUT', path: '/upload' }, 405, 'method-not-allowed'],
    ['what is no form', { method: 'POST', path: '/upload' }, 415, 'not-multipart'],
  ])('R-03 R-10 answers %s with a problem and an id', async (_, sent, status, type) => {
    const answer = await speak(await startSecureServer(), sent)
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'x-request-id': expect.stringMatching(/^\w{26}$/),
    })
    expect(answer.text).toContain(`"type":"urn:wx-upload:problem:${type}"`)
  })

  it('R-07 goes by the names of this machine and of its certificate, and by no other', async () => {
    const server = await startSecureServer()
    for (const [host, status] of [
      ['localhost', 200],
      ['127.0.0.1', 200],
      [`DEV.example:${server.port}`, 200],
      ['evil.example', 421],
    ] as const) {
      const answer = await speak(server, { path: '/uploads', headers: { host } })
      expect([host, answer.status]).toEqual([host, status])
    }
  })

  it('lets web pages of any origin upload', async () => {
    const headers = {
      origin: 'https://page.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-token',
    }
    const answer = await speak(await startSecureServer(), {
      method: 'OPTIONS',
      path: '/upload',
      headers,
    })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([204, '*'])
  })

  it('R-04 refuses what is over a limit while it is sent', async () => {
    const server = await startSecureServer({ limits: { totalSizeBytes: 1000 } })
    const body = multipartBody([{ ...sample, body: 'x'.repeat(500_000) }])
    expect(await speak(server, { ...upload, body })).toMatchObject({
      status: 413,
      text: expect.stringContaining('totalSizeBytes'),
    })
  })
})

describe('createServer with a certificate', () => {
  it('speaks HTTP/2 to who speaks it', async () => {
    const server = await startSecureServer()
    expect((await openTls(server, 'h2')).alpnProtocol).toBe('h2')
    expect((await openTls(server, 'http/1.1')).alpnProtocol).toBe('http/1.1')
  })

  it('R-03 answers what is not HTTP with a problem, and closes the connection', async () => {
    const socket = await openTls(await startSecureServer())
    socket.write('this is not HTTP\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 .*"urn:wx-upload:problem:malformed"/s)
  })

  it('closes connections that are not TLS, or not what they say, and goes on', async () => {
    const server = await startSecureServer()
    const plain = connectTcp(server.port, '127.0.0.1')
    plain.on('error', () => undefined)
    plain.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(plain, 'close')
    const other = await openTls(server, 'h2')
    other.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await once(other.resume(), 'close')
    const [, speak] = protocols[1] ?? []
    expect((await speak?.(server, { path: '/uploads' }))?.status).toBe(200)
  })

  it('R-03 refuses a request over HTTP/2 whose Host is not its :authority', async () => {
    const stream = openSession(await startSecureServer()).request({
      ':path': '/uploads',
      ':authority': '127.0.0.1',
      host: 'localhost',
    })
    const [headers] = await once(stream, 'response')
    expect(headers[':status']).toBe(400)
    expect(await text(stream)).toContain('its Host is not its :authority')
  })

  it('R-10 close() tells clients over HTTP/2 that the server is stopping, and leaves nothing', async () => {
    const started = await startSecureServer({ limits: { lingerMs: 300 } })
    const stream = openSession(started).request({
      ':method': 'POST',
      ':path': '/upload',
      'content-type': contentType,
    })
    stream.on('error', () => undefined)
    stream.write(formatPart({ ...sample, body: 'x'.repeat(writtenAhead) }))
    await eventually('an upload under way', async () => (await halfDone(started.folder)).length > 0)
    // The stream is reset behind the answer, as more of the body is not wanted; `text` would take that for a failure.
    let heard = ''
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard += text
    })
    const answered = once(stream, 'response')
    await started.server.close({ graceMs: 0 })
    const [headers] = await answered
    expect(headers[':status']).toBe(503)
    await expect.poll(() => heard, patiently).toContain('"urn:wx-upload:problem:stopping"')
    expect(await halfDone(started.folder)).toEqual([])
  })

  it('R-10 close() lets an upload over HTTP/2 finish, and closes a connection without one', async () => {
    const started = await startSecureServer()
    const idle = openSession(started)
    await once(idle, 'connect')
    const idleClosed = once(idle, 'close')
    const stream = openSession(started).request({
      ':method': 'POST',
      ':path': '/upload',
      'content-type': contentType,
    })
    stream.write(formatPart({ ...sample, body: 'x'.repeat(writtenAhead) }))
    await eventually('an upload under way', async () => (await halfDone(started.folder)).length > 0)
    const closed = started.server.close()
    await idleClosed
    stream.end('--boundary-of-a-test--\r\n')
    const [headers] = await once(stream, 'response')
    expect([headers[':status'], await text(stream)]).toEqual([
      200,
      expect.stringContaining(`"size":${writtenAhead}`),
    ])
    await closed
  })
})

describe('renewCertificate', () => {
  it('shows the new certificate to who connects, while an upload goes on over the old one', async () => {
    const started = await startSecureServer()
    const { folder, server } = started
    const stream = openSession(started).request({
      ':method': 'POST',
      ':path': '/upload',
      'content-type': contentType,
    })
    stream.write(formatPart({ ...sample, body: 'x'.repeat(writtenAhead) }))
    await expect.poll(() => halfDone(folder), patiently).toHaveLength(1)
    const renewed = await createCertificate()
    server.renewCertificate(renewed)
    const [, speak] = protocols[0] ?? []
    const list = await speak?.({ ...started, certificate: renewed }, { path: '/uploads' })
    expect(list?.status).toBe(200)
    stream.end(`--boundary-of-a-test--\r\n`)
    const [headers] = await once(stream, 'response')
    expect(headers[':status']).toBe(200)
  })

  it('goes on with the old one where the new one cannot be used', async () => {
    const started = await startSecureServer()
    const { key } = await createCertificate()
    const wrong = { cert: started.certificate.cert, key }
    expect(() => started.server.renewCertificate(wrong)).toThrow(CertificateError)
    expect((await openTls(started)).authorized).toBe(true)
  })
})
