import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer } from '../../server.ts'
import {
  eventually,
  formatPart,
  halfDone,
  patiently,
  RawClient,
  temporaryFolder,
  writtenAhead,
} from '../receiver.fixture.ts'
import { defaultMaxConnections } from './connections.ts'
import { openSession, openTls, startSecureServer } from './secure-server.fixture.ts'

const part = formatPart({ name: 'f', fileName: 'f.txt', body: 'x'.repeat(writtenAhead) })
const end = '--boundary-of-a-test--\r\n'
const getList = 'GET /uploads HTTP/1.1\r\nHost: localhost\r\n\r\n'

describe('createServer with as many connections as it may have', () => {
  it('R-04 gives the place of the one that has been idle longest to a new one, and none of an upload', async () => {
    const { port, folder } = await startServer(3)
    const uploading = await startUpload(port, folder)
    const used = await connected(port)
    const silent = await connected(port)
    used.send(getList)
    await expect.poll(() => used.received, patiently).toMatch(/200 OK/)
    // The one that was used was idle until then, and so is behind the silent one now.
    const second = await connected(port)
    await expect.poll(() => silent.isClosed, patiently).toBe(true)
    expect(used.isClosed).toBe(false)
    const third = await connected(port)
    await expect.poll(() => used.isClosed, patiently).toBe(true)
    for (const client of [second, third]) client.send(getList)
    for (const client of [second, third])
      await expect.poll(() => client.received, patiently).toMatch(/200 OK/)
    uploading.send(end)
    await expect.poll(() => uploading.received, patiently).toMatch(/200 OK/)
  })

  it('R-04 closes a new one at once where all have a request, and takes the next when there is room', async () => {
    const { port, folder } = await startServer(1)
    const uploading = await startUpload(port, folder)
    const refused = await connected(port)
    await expect.poll(() => refused.isClosed, patiently).toBe(true)
    expect(refused.received).toBe('')
    uploading.send(end)
    await expect.poll(() => uploading.received, patiently).toMatch(/200 OK/)
    const taken = await connected(port)
    taken.send(getList)
    await expect.poll(() => taken.received, patiently).toMatch(/200 OK/)
  })

  it('R-04 does so over TLS and HTTP/2 as well', async () => {
    const server = await startSecureServer({ maxConnections: 2 })
    const session = openSession(server)
    const stream = session.request({ ':path': '/events' })
    stream.on('error', () => undefined)
    await once(stream, 'response')
    const idle = await openTls(server)
    const used = await openTls(server)
    await expect.poll(() => idle.resume().destroyed, patiently).toBe(true)
    used.write(getList)
    const [answer] = await once(used.setEncoding('utf8'), 'data')
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(session.closed).toBe(false)
    stream.close()
    await eventually('the stream is closed', () => stream.closed)
  })

  it('has 10,000 by default, or half of the descriptors', () => {
    expect(defaultMaxConnections()).toBeGreaterThan(100)
    expect(defaultMaxConnections()).toBeLessThanOrEqual(10_000)
  })
})

async function startServer(maxConnections: number): Promise<{ port: number; folder: string }> {
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent', maxConnections })
  onTestFinished(() => server.close())
  const { port } = await server.listen()
  return { port, folder }
}

async function startUpload(port: number, folder: string): Promise<RawClient> {
  const client = await connected(port)
  client.sendHead({ 'Content-Length': part.length + end.length })
  client.send(part)
  await eventually('an upload under way', async () => (await halfDone(folder)).length === 1)
  return client
}

async function connected(port: number): Promise<RawClient> {
  const client = new RawClient(port)
  await once(client.socket, 'connect')
  return client
}
