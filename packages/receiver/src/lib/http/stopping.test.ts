import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer } from '../../server.ts'
import {
  contentType,
  eventually,
  formatPart,
  get,
  halfDone,
  multipartBody,
  patiently,
  post,
  RawClient,
  startReceiver,
  temporaryFolder,
  writtenAhead,
} from '../receiver.fixture.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }
const never = 3_600_000
// Enough that it is written before its end has come.

describe('R-10 close()', () => {
  it('lets an upload finish that is under way, and asks its client to go elsewhere then', async () => {
    const { port, url, receiver, folder } = await startReceiver()
    const { client, finish } = await beginUpload({ port, folder })
    const closed = receiver.close({ graceMs: never })
    expect((await post(url, [sample])).status).toBe(503)
    expect(client.received).toBe('')
    finish()
    await closed
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.received).toMatch(
      new RegExp(`^HTTP/1.1 200 OK\r\n.*Connection: close\r\n.*"size":${writtenAhead}`, 's'),
    )
    expect((await get(`${url}/uploads`)).body.uploads).toHaveLength(1)
  })

  it('refuses a new upload on a connection that is kept, says when to come again, and closes it', async () => {
    const { port, receiver } = await startReceiver()
    const client = new RawClient(port)
    client.send('GET /uploads HTTP/1.1\r\nHost: x\r\n\r\n')
    await expect.poll(() => client.received, patiently).toMatch(/200 OK.*"uploads":\[\]/s)
    await receiver.close()
    const body = multipartBody([sample])
    client.socket.cork()
    client.sendHead({ 'Content-Length': body.length })
    client.send(body)
    client.socket.uncork()
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    const answer = client.received.slice(client.received.lastIndexOf('HTTP/1.1 '))
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*"urn:wx-upload:problem:stopping"/s)
    expect(answer).toMatch(/^Connection: close\r$/m)
    expect(answer).toMatch(/^Retry-After: [1-9]\d*\r$/m)
  })

  it.each([
    ['at once', [0]],
    ['after graceMs', [50]],
    ['when it is called again with less', [never, 0]],
    ['no later when it is called again with more', [50, never]],
  ])('ends what is under way %s with 503, and leaves nothing of it', async (_, graces) => {
    const { port, url, folder, receiver } = await startReceiver({ limits: { lingerMs: 100 } })
    const { client } = await beginUpload({ port, folder })
    await Promise.all(graces.map((graceMs) => receiver.close({ graceMs })))
    expect(await halfDone(folder)).toEqual([])
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/^HTTP\/1\.1 503 .*"urn:wx-upload:problem:stopping"/s)
    expect((await get(`${url}/uploads`)).body.uploads).toEqual([])
  })

  it('lets a download finish, and cuts it after graceMs', async () => {
    const { port, url, receiver } = await startReceiver()
    const large = 20_000_000
    const { files } = (await post(url, [{ ...sample, body: Buffer.alloc(large) }])).body
    const [whole, cut] = [files[0].url, files[0].url].map((address) => slowDownload(port, address))
    await eventually('two downloads under way', () =>
      [whole, cut].every((client) => (client?.socket.bytesRead ?? 0) > 0),
    )
    const closed = receiver.close({ graceMs: never })
    whole?.socket.resume()
    await expect.poll(() => whole?.socket.bytesRead, patiently).toBeGreaterThan(large)
    await receiver.close({ graceMs: 0 })
    await closed
    cut?.socket.resume()
    await expect.poll(() => cut?.isClosed, patiently).toBe(true)
    expect(cut?.socket.bytesRead).toBeLessThan(large)
  })

  it('leaves the other routes as they are', async () => {
    const { url, receiver } = await startReceiver()
    const { files } = (await post(url, [sample])).body
    await receiver.close()
    expect((await get(`${url}/uploads`)).body.uploads).toHaveLength(1)
    expect(await (await fetch(files[0].url)).text()).toBe('content')
  })
})

describe('R-10 drain()', () => {
  it('refuses nothing, and asks clients to go elsewhere with the next request', async () => {
    const { url, receiver } = await startReceiver()
    receiver.drain()
    const { status, headers } = await post(url, [sample])
    expect([status, headers.get('Connection')]).toEqual([200, 'close'])
  })
})

describe('R-10 close() of createServer', () => {
  it('refuses connections and closes idle ones at once, while an upload finishes', async () => {
    const { port, folder, server } = await startServer()
    const idle = new RawClient(port)
    idle.send('GET /uploads HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await expect.poll(() => idle.received, patiently).toMatch(/200 OK.*"uploads":\[\]/s)
    const { client, finish } = await beginUpload({ port, folder })
    const closed = server.close({ graceMs: never })
    await expect.poll(() => idle.isClosed, patiently).toBe(true)
    await expect(connected(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(client.isClosed).toBe(false)
    finish()
    await closed
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    expect(client.received).toMatch(/^HTTP\/1\.1 200 OK/)
  })

  it('takes the uploads of those who had connected before, and of nobody after', async () => {
    const { port, server } = await startServer()
    const clients = Array.from({ length: 20 }, () => new RawClient(port))
    for (const { socket } of clients)
      await expect.poll(() => socket.readyState, patiently).toBe('open')
    const closed = server.close()
    const form = multipartBody([sample])
    for (const client of clients) {
      client.sendHead({ 'Content-Length': form.length })
      client.send(form)
    }
    await closed
    for (const client of clients)
      await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 200 OK/)
    await expect(connected(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('takes the uploads of all whom the system has let in, and the server not yet', async () => {
    const { port, url, server } = await startServer()
    const form = multipartBody([sample]).toString()
    const { isIn, answers } = connectElsewhere({
      port,
      connections: 20,
      request: `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${contentType}\r\nContent-Length: ${form.length}\r\n\r\n${form}`,
    })
    // Meanwhile nothing else happens in this thread, and the server takes nobody in.
    expect(Atomics.wait(isIn, 0, 0, 10_000)).not.toBe('timed-out')
    await server.close()
    expect(await answers).toEqual(Array.from({ length: 20 }, () => 'HTTP/1.1 200 OK'))
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('waits for no connection that nothing has come by', async () => {
    const { port, server } = await startServer()
    const silent = new RawClient(port)
    const half = new RawClient(port)
    half.send('GET /uploads HTTP/1.1\r\n')
    await expect.poll(() => half.socket.readyState, patiently).toBe('open')
    await server.close({ graceMs: never })
    await expect.poll(() => silent.isClosed && half.isClosed, patiently).toBe(true)
  })

  it('takes uploads for drainMs, and is hurried by a second call', async () => {
    const { url, server } = await startServer()
    const closed = server.close({ drainMs: never })
    const { status, headers } = await post(url, [sample])
    expect([status, headers.get('Connection')]).toEqual([200, 'close'])
    await server.close()
    await closed
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })
})

/** An upload that is under way until `finish` is called. */
async function beginUpload({ port, folder }: { port: number; folder: string }): Promise<{
  client: RawClient
  finish: () => void
}> {
  const file = formatPart({ ...sample, body: Buffer.alloc(writtenAhead) })
  const end = multipartBody([])
  const client = new RawClient(port)
  client.sendHead({ 'Content-Length': file.length + end.length })
  client.send(file)
  await eventually('an upload under way', async () => (await halfDone(folder)).length > 0)
  return { client, finish: () => client.send(end) }
}

/** A client that asks for a file and reads none of the answer before its socket is resumed. */
function slowDownload(port: number, url: string): RawClient {
  const client = new RawClient(port)
  client.send(`GET ${new URL(url).pathname} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  client.socket.once('data', () => client.socket.pause())
  return client
}

async function startServer() {
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent' })
  onTestFinished(() => server.close({ graceMs: 0 }))
  return { ...(await server.listen()), folder, server }
}

interface Elsewhere {
  /** Not 0 as soon as all are connected and have sent their request. */
  readonly isIn: Int32Array
  /** The first line that each has heard. */
  readonly answers: Promise<readonly string[]>
}

/** Connects from a thread of its own. */
function connectElsewhere(task: { port: number; connections: number; request: string }): Elsewhere {
  const isIn = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(
    `
    const { connect } = require('node:net')
    const { parentPort, workerData } = require('node:worker_threads')
    const { port, connections, request, isIn } = workerData
    const answers = []
    let sent = 0
    for (let index = 0; index < connections; index += 1) {
      let answer = ''
      const socket = connect(port, '127.0.0.1').setEncoding('latin1')
      socket.on('error', (error) => (answer = error.code))
      socket.on('data', (text) => (answer += text))
      socket.on('close', () => {
        answers.push(answer.split('\\r\\n')[0])
        if (answers.length === connections) parentPort.postMessage(answers)
      })
      socket.write(request, () => {
        sent += 1
        if (sent < connections) return
        Atomics.store(isIn, 0, 1)
        Atomics.notify(isIn, 0)
      })
    }`,
    { eval: true, workerData: { ...task, isIn } },
  )
  onTestFinished(async () => void (await worker.terminate()))
  return { isIn, answers: once(worker, 'message').then(([answers]) => answers) }
}

function connected(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve()
    })
    socket.on('error', reject)
  })
}
