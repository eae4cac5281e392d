import { once } from 'node:events'
import { connect, constants, createServer, type ClientHttp2Session } from 'node:http2'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createReceiver, type ReceiverOptions } from '../../index.ts'
import {
  contentType,
  formatPart,
  halfDone,
  multipartBody,
  patiently,
  temporaryFolder,
  type AnswerBody,
} from '../receiver.fixture.ts'

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
    stream.write(formatPart({ ...sample, body: 'x'.repeat(1_000_000) }))
    await expect.poll(() => halfDone(folder), patiently).toHaveLength(1)
    stream.close(constants.NGHTTP2_CANCEL)
    await expect.poll(() => halfDone(folder), patiently).toEqual([])
    const list = await request({ session, base }, { method: 'GET', path: '/uploads' })
    expect(list).toEqual({ status: 200, text: '{"uploads":[],"next":null}' })
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
): Promise<Connection & { readonly folder: string }> {
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = createServer(createReceiver({ storage, ...options }))
  server.listen(0, '::1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const base = `http://[::1]:${address.port}`
  const session = connect(base)
  onTestFinished(() => session.destroy())
  return { session, base, folder }
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
