import { once } from 'node:events'
import { connect, constants, createServer, type ClientHttp2Session } from 'node:http2'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createReceiver, type Receiver, type ReceiverOptions } from '../../index.ts'
import {
  contentType,
  formatPart,
  halfDone,
  multipartBody,
  patiently,
  temporaryFolder,
  type AnswerBody,
  writtenAhead,
} from '../receiver.fixture.ts'
import { EventListener } from './event-listener.fixture.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }

describe('R-01 createReceiver on HTTP/2', () => {
  it('takes an upload, and its url leads back to the file', async () => {
    const { session, base } = await startSession()
    const stored = await request({ session, base }, { ...upload, body: multipartBody([sample]) })
    expect(stored.status).toBe(200)
    const { id, files }: AnswerBody = JSON.parse(stored.text)
    const [{ url }] = files
    expect(url).toBe(`${base}/uploads/${id}/files/0`)
    const file = await request({ session, base }, { method: 'GET', path: new URL(url).pathname })
    expect(file).toEqual({ status: 200, text: 'content' })
  })

  it('refuses what is still being sent, and goes on with the connection', async () => {
    const { session, base } = await startSession({ limits: { totalSizeBytes: 1000 } })
    const body = multipartBody([{ ...sample, body: 'x'.repeat(500_000) }])
    const refused = await request({ session, base }, { ...upload, body })
    expect(refused).toMatchObject({ status: 413, text: expect.stringContaining('limit-exceeded') })
    expect((await request({ session, base }, { method: 'GET', path: '/uploads' })).status).toBe(200)
  })
})

describe('R-02 createReceiver on HTTP/2', () => {
  it('leaves nothing of a stream that is reset, and goes on with the connection', async () => {
    const { session, base, folder } = await startSession()
    const stream = session.request({
      ':method': 'POST',
      ':path': '/upload',
      'content-type': contentType,
    })
    stream.on('error', () => undefined)
    stream.write(formatPart({ ...sample, body: 'x'.repeat(writtenAhead) }))
    await expect.poll(() => halfDone(folder), patiently).toHaveLength(1)
    stream.close(constants.NGHTTP2_CANCEL)
    await expect.poll(() => halfDone(folder), patiently).toEqual([])
    const list = await request({ session, base }, { method: 'GET', path: '/uploads' })
    expect(list).toEqual({ status: 200, text: '{"uploads":[],"next":null}' })
  })
})

describe('R-12 createReceiver on HTTP/2', () => {
  it('tells of uploads, and ends with the receiver', async () => {
    const { session, base, receiver } = await startSession()
    const listener = new EventListener()
    const stream = session.request({ ':path': '/events', ':authority': new URL(base).host })
    stream.setEncoding('utf8').on('data', (text: string) => listener.push(text))
    const [headers] = await once(stream, 'response')
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'text/event-stream' })
    const stored = await request({ session, base }, { ...upload, body: multipartBody([sample]) })
    const { id, files }: AnswerBody = JSON.parse(stored.text)
    await expect.poll(() => listener.heard('stored'), patiently).toMatchObject([{ id, files }])
    await expect.poll(() => listener.state, patiently).toEqual({ bytesPerSecond: 0, uploads: [] })
    const ended = once(stream, 'end')
    await receiver.close()
    await ended
  })

  it('R-05 lets a listener go that is too far behind, and goes on with the connection', async () => {
    const { session, base } = await startSession()
    const stream = session.request({ ':path': '/events', ':authority': new URL(base).host })
    stream.on('error', () => undefined)
    await once(stream, 'response')
    const body = multipartBody([{ name: 'note', body: 'x'.repeat(250_000) }])
    await expect
      .poll(async () => {
        await request({ session, base }, { ...upload, body })
        return stream.closed
      }, patiently)
      .toBe(true)
    expect(
      (await request({ session, base }, { method: 'GET', path: '/uploads?limit=1' })).status,
    ).toBe(200)
  })
})

const upload = { method: 'POST', path: '/upload', type: contentType }

interface Connection {
  readonly session: ClientHttp2Session
  /** The server's url. */
  readonly base: string
}

/** A connection, over IPv6, to a receiver in a server of cleartext HTTP/2. */
async function startSession(
  options: Partial<ReceiverOptions> = {},
): Promise<Connection & { readonly folder: string; readonly receiver: Receiver }> {
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const receiver = createReceiver({ storage, ...options })
  const server = createServer(receiver)
  server.listen(0, '::1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const base = `http://[::1]:${address.port}`
  const session = connect(base)
  onTestFinished(() => session.destroy())
  return { session, base, folder, receiver }
}

async function request(
  { session, base }: Connection,
  sent: { method: string; path: string; type?: string; body?: Buffer },
): Promise<{ status: number; text: string }> {
  const stream = session.request({
    ':method': sent.method,
    ':path': sent.path,
    // Node's own is not in brackets.
    ':authority': new URL(base).host,
    ...(sent.type === undefined ? {} : { 'content-type': sent.type }),
  })
  stream.end(sent.body)
  const [headers] = await once(stream, 'response')
  return { status: Number(headers[':status']), text: await text(stream) }
}
