import { EventEmitter, once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer } from '../../server.ts'
import { silentLog } from '../http/receiver-log.ts'
import {
  contentType,
  eventually,
  filesBelow,
  formatPart,
  halfDone,
  listen,
  multipartBody,
  patiently,
  RawClient,
  temporaryFolder,
  writtenAhead,
} from '../receiver.fixture.ts'
import type { Storage } from '../storage/storage.ts'
import { wrapUploads } from '../storage/wrap-uploads.ts'
import { refuseUnreadable } from './unreadable-request.ts'

it.each([
  ['HPE_HEADER_OVERFLOW', '413 Payload Too Large', 'limit-exceeded', 'larger than 16384 bytes'],
  ['ERR_HTTP_REQUEST_TIMEOUT', '408 Request Timeout', 'too-slow', 'longer than 30 s'],
  ['HPE_INVALID_METHOD', '400 Bad Request', 'malformed', 'not HTTP (HPE_INVALID_METHOD)'],
])(
  'R-03 what Node.js cannot read is answered by what is wrong: %s',
  async (code, status, type, detail) => {
    const server = createHttpServer().on('connection', (socket) =>
      refuseUnreadable(Object.assign(new Error('of Node.js'), { code }), {
        socket,
        log: silentLog,
        before: [],
      }),
    )
    const answer = await text(connect(await listen(server), '127.0.0.1'))
    expect(answer).toContain(`HTTP/1.1 ${status}\r\n`)
    expect(answer).toContain(`"type":"urn:wx-upload:problem:${type}"`)
    expect(answer).toContain(detail)
    expect(answer).not.toContain('of Node.js')
  },
)

describe('R-03 garbage behind an upload', () => {
  const form = multipartBody([{ name: 'x', body: '1' }]).toString()
  const upload = `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\nContent-Length: ${form.length}\r\n\r\n${form}`
  const garbage = 'garbage \0\r\n\r\n'

  it('that comes along with it is the only thing that is answered, and nothing is stored', async () => {
    const { port, folder } = await startServer((storage) => storage)
    const client = new RawClient(port)
    client.send(upload.repeat(3) + garbage)
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.received).toMatch(/^HTTP\/1\.1 400 .*problem:malformed"/s)
    expect(client.received.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(await filesBelow(folder)).toEqual([])
  })

  it('that comes while it is being stored is answered behind it, and closes the connection', async () => {
    const events = new EventEmitter()
    const sealing = once(events, 'sealing')
    const { port } = await startServer((storage) =>
      wrapUploads(storage, (pending) => ({
        createFile: (name) => pending.createFile(name),
        async seal(draft) {
          events.emit('sealing')
          await once(events, 'go on')
          return await pending.seal(draft)
        },
        discard: () => pending.discard(),
      })),
    )
    const client = new RawClient(port)
    client.send(upload)
    await sealing
    client.send(garbage + upload)
    client.send(garbage)
    await eventually('all of it has come', () => client.socket.writableLength === 0)
    events.emit('go on')
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
  })

  it('in its own body is its answer, at once', async () => {
    const { port, folder } = await startServer((storage) => storage)
    const client = new RawClient(port)
    client.sendHead({ 'Transfer-Encoding': 'chunked' })
    const part = formatPart({ name: 'f', fileName: 'f.txt', body: 'x'.repeat(writtenAhead) })
    client.send(`${(part.length + 1).toString(16)}\r\n`)
    client.send(part)
    await eventually('an upload under way', async () => (await halfDone(folder)).length === 1)
    client.send('x\r\nno size\r\n')
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 400 /)
    await eventually('nothing is left', async () => (await halfDone(folder)).length === 0)
  })
})

async function startServer(
  wrap: (storage: Storage) => Storage,
): Promise<{ port: number; folder: string }> {
  const folder = await temporaryFolder()
  const storage = wrap(createDiskStorage(folder, { durability: 'none' }))
  const server = await createServer({ storage, log: 'silent' })
  onTestFinished(() => server.close({ graceMs: 0 }))
  const { port } = await server.listen()
  return { port, folder }
}
