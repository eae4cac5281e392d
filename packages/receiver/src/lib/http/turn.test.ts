import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer } from '../../server.ts'
import {
  eventually,
  get,
  patiently,
  RawClient,
  startReceiver,
  temporaryFolder,
} from '../receiver.fixture.ts'
import { openTls, startSecureServer } from '../server/secure-server.fixture.ts'

const getList = 'GET /uploads HTTP/1.1\r\nHost: localhost\r\n\r\n'
const getPage = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

describe('a client that asks again before it is answered', () => {
  it('is answered in order', async () => {
    const { port } = await startReceiver()
    const client = new RawClient(port)
    client.send(getList.repeat(10) + getList.replace('/uploads', '/nothing'))
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/(?:HTTP\/1\.1 200 .*){10}HTTP\/1\.1 404 /s)
  })

  it('R-04 R-05 loses its connection where hundreds wait, whatever they ask for', async () => {
    const { port, url, server } = await startReceiver()
    let requests = 0
    server.on('request', () => (requests += 1))
    // All that wait for the first, which never ends.
    const events = getList.replace('/uploads', '/events')
    const client = new RawClient(port)
    client.send(events + getList.repeat(50_000))
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    // What was read at once.
    expect(requests).toBeLessThan(10_000)
    expect((await get(`${url}/uploads`)).status).toBe(200)
  })

  it.each([getList, getPage])(
    'R-04 loses its connection to the server of its own too: %j',
    async (request) => {
      const storage = createDiskStorage(await temporaryFolder(), { durability: 'none' })
      const server = await createServer({ storage, log: 'silent' })
      onTestFinished(() => server.close({ graceMs: 0 }))
      const { port } = await server.listen()
      const socket = connect(port, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => undefined).resume()
      socket.write(request.repeat(50_000))
      await eventually('the end', () => socket.destroyed)
      const secure = await startSecureServer()
      const overTls = await openTls(secure)
      overTls.resume().write(request.repeat(50_000))
      await expect.poll(() => overTls.destroyed, patiently).toBe(true)
    },
  )
})
