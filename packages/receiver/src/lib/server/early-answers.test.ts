import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer, type ServerOptions } from '../../server.ts'
import {
  contentType,
  eventually,
  formatPart,
  halfDone,
  multipartBody,
  patiently,
  temporaryFolder,
} from '../receiver.fixture.ts'
import { openSession, openTls, protocols, startSecureServer } from './secure-server.fixture.ts'

const kib = 1024
const mib = 1024 * kib

/** One upload, from its client's side. */
interface SlowUpload {
  /** Sends more of the body; false where the next one should wait for `onDrain`. */
  send(bytes: string | Uint8Array): boolean
  onDrain(listener: () => void): void
  /** Reads nothing from now on. */
  stopReading(): void
  /** What came in answer so far: the status, and the text. */
  heard(): string
  /** How often `100 Continue` came. */
  continues(): number
  /** Whether the server has ended its connection or stream. */
  isOver(): boolean
}

interface Wire {
  readonly folder: string
  /** Sends the head of an upload, by default of ten gigabytes. */
  start(headers?: Readonly<Record<string, string>>): Promise<SlowUpload>
}

type StartWire = (options: Partial<ServerOptions>) => Promise<Wire>

const wires: readonly (readonly [name: string, start: StartWire])[] = [
  ['HTTP/1.1', startPlain],
  ['HTTP/1.1 over TLS', startTls],
  ['HTTP/2', startHttp2],
]

const partHead = formatPart({ name: 'f', fileName: 'f.bin' }).subarray(0, -2)
const limits = { fileSizeBytes: 100 * kib, totalSizeBytes: Infinity, lingerMs: 1000 }

describe.each(wires)('a refusal over %s', (_name, startWire) => {
  it('R-04 reaches a client that never stops sending, whose upload is then ended', async () => {
    const { start, folder } = await startWire({ limits: { ...limits, lingerSizeBytes: Infinity } })
    const upload = await start()
    upload.send(partHead)
    const sent = sendEndlessly(upload)
    await expect.poll(() => upload.heard(), patiently).toMatch(/413.*"name":"fileSizeBytes"/s)
    await eventually('the end', () => upload.isOver())
    expect(sent.afterAnswer).toBeGreaterThan(0)
    expect(await halfDone(folder)).toEqual([])
  })

  it.each([
    ['before anything is read', { 'x-upload-ticket': 'none' }, 'ticket-invalid'],
    ['at the first file', {}, 'ticket-missing'],
  ] as const)(
    'R-04 R-08 reaches one that sends a large body without a good ticket, %s',
    async (_when, headers, code) => {
      const { start, folder } = await startWire({
        limits: { ...limits, lingerSizeBytes: Infinity },
        ticketSecret: 'a secret that is 32 bytes long, or more',
      })
      const upload = await start(headers)
      upload.send(partHead)
      const sent = sendEndlessly(upload)
      await expect.poll(() => upload.heard(), patiently).toMatch(new RegExp(`401.*${code}`, 's'))
      await eventually('the end', () => upload.isOver())
      expect(sent.afterAnswer).toBeGreaterThan(0)
      expect(await halfDone(folder)).toEqual([])
    },
  )

  it('R-04 is read on for so many bytes, however fast they come', async () => {
    const { start } = await startWire({
      limits: { ...limits, lingerMs: Infinity, lingerSizeBytes: 4 * mib },
    })
    const upload = await start()
    upload.send(partHead)
    const sent = sendEndlessly(upload)
    await eventually('the end', () => upload.isOver())
    expect(upload.heard()).toMatch(/413/)
    expect(sent.inAll).toBeGreaterThan(4 * mib)
  })

  it('R-04 holds no connection for a client that never reads', async () => {
    const { start } = await startWire({ limits })
    const upload = await start()
    upload.stopReading()
    upload.send(partHead)
    upload.send('x'.repeat(200 * kib))
    // A connection that was ended shows when it is written to.
    const sending = setInterval(() => upload.send('x'), 20)
    onTestFinished(() => clearInterval(sending))
    await expect.poll(() => upload.isOver(), patiently).toBe(true)
  })

  it('R-04 comes in place of 100 Continue to who asked first, and costs no byte of the body', async () => {
    const { start } = await startWire({ limits: { totalSizeBytes: 1000 } })
    const refused = await start({ expect: '100-continue', 'content-length': '2000' })
    await expect.poll(() => refused.heard(), patiently).toMatch(/413.*"name":"totalSizeBytes"/s)
    const other = await start({ expect: '100-continue', 'content-type': 'text/plain' })
    await expect.poll(() => other.heard(), patiently).toMatch(/415/)
    const wanted = await start({ expect: '100-continue', 'content-length': '500' })
    await expect.poll(() => wanted.continues(), patiently).toBe(1)
    expect(wanted.heard()).toBe('')
    expect([refused.continues(), other.continues()]).toEqual([0, 0])
  })
})

describe('an answer over HTTP/2', () => {
  it.each(['/uploads?limit=1000', '/uploads/:id/files/0'])(
    'R-04 is dropped where its client takes nothing for idleTimeMs: %s',
    async (path) => {
      const server = await startSecureServer({ limits: { idleTimeMs: 300 } })
      const [, speak] = protocols[1] ?? []
      const stored = await speak?.(server, {
        method: 'POST',
        path: '/upload',
        headers: { 'content-type': contentType },
        body: multipartBody([
          { name: 'note', body: 'x'.repeat(200 * kib) },
          { name: 'f', fileName: 'f.bin', body: 'x'.repeat(mib) },
        ]),
      })
      const { id }: { id: string } = JSON.parse(stored?.text ?? '')
      const stream = openSession(server).request({ ':path': path.replace(':id', id) })
      stream.on('error', () => undefined)
      await once(stream, 'response')
      await expect.poll(() => stream.closed, patiently).toBe(true)
    },
  )
})

/** What a client has sent of an endless body, also while it knew that it is refused. */
interface SentBytes {
  readonly inAll: number
  readonly afterAnswer: number
}

/** Sends for as long as it can. Tells how much. */
function sendEndlessly(upload: SlowUpload): SentBytes {
  const chunk = Buffer.alloc(64 * kib)
  const sent = { inAll: 0, afterAnswer: 0 }
  function send(): void {
    while (!upload.isOver()) {
      sent.inAll += chunk.length
      if (upload.heard() !== '') sent.afterAnswer += chunk.length
      if (!upload.send(chunk)) break
    }
  }
  upload.onDrain(send)
  send()
  return sent
}

async function startPlain(options: Partial<ServerOptions>): Promise<Wire> {
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent', ...options })
  onTestFinished(() => server.close({ graceMs: 0 }))
  const { port } = await server.listen()
  return {
    folder,
    async start(headers) {
      const socket = connectTcp(port, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => undefined)
      return uploadOverHttp1(socket, headers)
    },
  }
}

async function startTls(options: Partial<ServerOptions>): Promise<Wire> {
  const server = await startSecureServer(options)
  return {
    folder: server.folder,
    start: async (headers) => uploadOverHttp1(await openTls(server), headers),
  }
}

const defaultHeaders = { 'content-type': contentType, 'content-length': '10000000000' }

function uploadOverHttp1(
  socket: Socket,
  headers: Readonly<Record<string, string>> = {},
): SlowUpload {
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  const lines = Object.entries({ host: 'localhost', ...defaultHeaders, ...headers })
  socket.write(
    `POST /upload HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  )
  return {
    send: (bytes) => socket.write(bytes),
    onDrain: (listener) => socket.on('drain', listener),
    stopReading: () => socket.pause(),
    heard: () => received.replace(/^HTTP\/1\.1 100 .*?\r\n\r\n/s, ''),
    continues: () => received.split('HTTP/1.1 100 ').length - 1,
    isOver: () => socket.destroyed,
  }
}

async function startHttp2(options: Partial<ServerOptions>): Promise<Wire> {
  const server = await startSecureServer(options)
  const session = openSession(server)
  return {
    folder: server.folder,
    async start(headers) {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/upload',
        ...defaultHeaders,
        ...headers,
      })
      let received = ''
      let continues = 0
      stream.on('error', () => undefined)
      stream.on('continue', () => (continues += 1))
      stream.on('response', (head) => (received += `${head[':status']} `))
      stream.setEncoding('utf8').on('data', (text: string) => (received += text))
      return {
        send: (bytes) => stream.write(bytes),
        onDrain: (listener) => stream.on('drain', listener),
        stopReading: () => stream.pause(),
        heard: () => received,
        continues: () => continues,
        isOver: () => stream.closed || stream.destroyed,
      }
    },
  }
}
