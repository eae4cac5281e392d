import { once } from 'node:events'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCertificate } from '../../../../client/src/lib/node/certificate.fixture.ts'
import { gateStorage } from '../../../../../conformance/console/storage-gate.fixture.ts'
import { createDiskStorage } from '../../fs.ts'
import { silentLog } from '../http/receiver-log.ts'
import {
  contentType,
  eventually,
  formatPart,
  isStill,
  patiently,
  temporaryFolder,
  type AnswerBody,
} from '../receiver.fixture.ts'
import {
  endHeaders,
  endStream,
  formatFields,
  formatFrame,
  preface,
  requestFields,
} from './http2-frames.fixture.ts'
import { HttpServers } from './http-servers.ts'
import {
  openSession,
  openTls,
  startSecureServer,
  type SecureServer,
} from './secure-server.fixture.ts'

const mib = 1024 * 1024
const goAway = Buffer.from([7, 0, 0, 0, 0, 0])

describe('R-04 a connection by HTTP/2', () => {
  it('is told how much it may ask for at once', async () => {
    const session = openSession(await startSecureServer())
    await once(session, 'remoteSettings')
    expect(session.remoteSettings).toMatchObject({
      maxConcurrentStreams: 100,
      maxHeaderListSize: 16_384,
      initialWindowSize: mib,
    })
  })

  it('gets a stream refused that is one too many, and no other', async () => {
    const server = await startSecureServer()
    const socket = await openRaw(server)
    const received = collect(socket)
    const head = Buffer.concat([
      requestFields('POST', '/upload'),
      formatFields([['content-type', contentType]]),
    ])
    for (let stream = 1; stream <= 201; stream += 2)
      socket.write(formatFrame('headers', { stream, flags: endHeaders, payload: head }))
    // [RFC 9113 §7] REFUSED_STREAM
    const refusal = Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, 201, 0, 0, 0, 7])
    await eventually('the refusal', () => received().includes(refusal))
    expect(socket.destroyed).toBe(false)
  })

  it.each([
    [
      'streams that are reset at once (CVE-2023-44487)',
      (turn: number) => {
        const stream = 2 * turn + 1
        const payload = requestFields('GET', '/uploads')
        return Buffer.concat([
          formatFrame('headers', { stream, flags: endHeaders | endStream, payload }),
          formatFrame('reset', { stream, payload: Buffer.from([0, 0, 0, 8]) }),
        ])
      },
    ],
    [
      'a head that never ends (CVE-2024-27983)',
      (turn: number) => {
        const payload = formatFields(turn === 0 ? [] : [[`x-${turn}`, 'x'.repeat(100)]])
        return turn === 0
          ? formatFrame('headers', { stream: 1, payload: requestFields('GET', '/uploads') })
          : formatFrame('continuation', { stream: 1, payload })
      },
    ],
    ['pings (CVE-2019-9512)', () => formatFrame('ping', { stream: 0, payload: Buffer.alloc(8) })],
    ['settings (CVE-2019-9515)', () => formatFrame('settings', { stream: 0 })],
    [
      'frames of no stream',
      (turn: number) => formatFrame('data', { stream: 2 * turn + 1, payload: Buffer.alloc(1) }),
    ],
  ])(
    'gets no answers any more that floods the server with %s, while others go on',
    async (_, frame) => {
      const server = await startSecureServer()
      const socket = await openRaw(server)
      const received = collect(socket)
      const other = openSession(server)
      // [RFC 9113 §6.8] GOAWAY: nothing that comes after it is looked at.
      const isOver = (): boolean => socket.destroyed || received().includes(goAway)
      let turn = 0
      await eventually('the end', () => {
        // Many at once, as answers to a few go out before there are too many.
        const frames = Array.from({ length: 5000 }, () => frame(turn++))
        if (socket.writableLength < mib) socket.write(Buffer.concat(frames))
        return isOver()
      })
      expect(await getList(other)).toBe(200)
    },
  )

  it('gets no further with a head that is too large', async () => {
    const session = openSession(await startSecureServer())
    await once(session, 'remoteSettings')
    // The limit holds from when the server knows that the client knows it.
    expect(await getList(session)).toBe(200)
    const headers = Object.fromEntries(
      Array.from({ length: 40 }, (_value, index) => [`x-${index}`, 'x'.repeat(1000)]),
    )
    const stream = session.request({ ':path': '/uploads', ...headers })
    const heard: string[] = []
    stream.on('response', (head) => heard.push(String(head[':status'])))
    stream.on('error', (error) => heard.push(error.message))
    await eventually('an end', () => stream.closed)
    expect(heard).toEqual([expect.stringMatching(/ENHANCE_YOUR_CALM|REFUSED_STREAM|^431/)])
    expect(await getList(session)).toBe(200)
  })

  it('is closed that has been without a stream for a while, and none with one', async () => {
    const tls = await createCertificate()
    const servers = new HttpServers({
      tls,
      maxConnections: 10,
      log: silentLog,
      idleConnectionMs: 200,
    })
    const server = servers.create((request, response) => {
      if (request.url === '/at-once') response.end('x')
      else response.write('x')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const open = (): ClientHttp2Session => {
      const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: tls.cert })
      onTestFinished(() => session.destroy())
      return session
    }
    const [idle, busy] = [open(), open()]
    const stream = busy.request({ ':path': '/' })
    await once(stream, 'response')
    expect(await getList(idle, '/at-once')).toBe(200)
    await expect.poll(() => idle.destroyed, patiently).toBe(true)
    const later = open()
    await expect.poll(() => later.destroyed, patiently).toBe(true)
    expect([busy.destroyed, stream.closed]).toEqual([false, false])
  })
})

describe('R-05 an upload by HTTP/2', () => {
  it('waits for a slow storage with little on its way, holds up no other one, and loses nothing', async () => {
    const folder = await temporaryFolder()
    const gate = gateStorage(createDiskStorage(folder, { durability: 'none' }))
    const server = await startSecureServer({ storage: gate.storage })
    const session = openSession(server)
    gate.close()
    const stream = session.request({
      ':method': 'POST',
      ':path': '/upload',
      'content-type': contentType,
    })
    stream.write(formatPart({ name: 'f', fileName: 'f.bin', body: Buffer.alloc(64 * mib) }))
    stream.end('--boundary-of-a-test--\r\n')
    await eventually('an upload under way', () => session.socket.bytesWritten > mib)
    await eventually('the server takes no more', () => isStill(() => session.socket.bytesWritten))
    // 2 MiB that the receiver gathers, 1 MiB of flow control, and their frames.
    expect(session.socket.bytesWritten).toBeLessThan(3.5 * mib)
    expect(await getList(session)).toBe(200)
    gate.open()
    const [headers] = await once(stream, 'response')
    expect(headers[':status']).toBe(200)
    const { files }: AnswerBody = JSON.parse(await text(stream))
    expect(files[0].size).toBe(64 * mib)
  })
})

describe('R-01 a connection by HTTP/2', () => {
  it('carries a hundred downloads at once, however slowly they are read', async () => {
    const server = await startSecureServer()
    const session = openSession(server)
    const upload = session.request({
      ':method': 'POST',
      ':path': '/upload',
      'content-type': contentType,
    })
    upload.write(formatPart({ name: 'f', fileName: 'f.bin', body: Buffer.alloc(mib) }))
    upload.end('--boundary-of-a-test--\r\n')
    const { files }: AnswerBody = JSON.parse(await text(upload))
    const { pathname } = new URL(files[0].url)
    const streams = Array.from({ length: 100 }, () => session.request({ ':path': pathname }))
    await Promise.all(streams.map((stream) => once(stream, 'response')))
    const sizes = await Promise.all(
      streams.map(async (stream) => {
        let sizeBytes = 0
        for await (const chunk of stream) sizeBytes += chunk.length
        return sizeBytes
      }),
    )
    expect(new Set(sizes)).toEqual(new Set([mib]))
  })
})

/** A connection that has said that it is of HTTP/2. */
async function openRaw(server: SecureServer): Promise<TLSSocket> {
  const socket = await openTls(server, 'h2')
  socket.write(preface)
  return socket
}

function collect(socket: TLSSocket): () => Buffer {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks)
}

async function getList(session: ClientHttp2Session, path = '/uploads'): Promise<number> {
  const stream = session.request({ ':path': path })
  const [headers] = await once(stream, 'response')
  stream.resume()
  return Number(headers[':status'])
}
