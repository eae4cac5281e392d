import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import net from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWx } from '../../node.ts'
import { answerContinue, type RawServer, startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, startUpload, upload, type WatchedUpload } from './upload.fixture.ts'

const MiB = 1024 * 1024
const aborted = { errMsg: 'uploadFile:fail abort', errno: 1 }

/** The process's open files and sockets, and what runs on them. */
function openResources(): Record<string, number> {
  const resources: Record<string, number> = { descriptors: readdirSync('/proc/self/fd').length }
  for (const name of process.getActiveResourcesInfo()) {
    // Timers are vitest's as well; that none is left shows in a process that exits, below.
    if (/^(?:TCP|TLS|FSReq|GetAddrInfo)/.test(name)) resources[name] = (resources[name] ?? 0) + 1
  }
  return resources
}

/** Aborts, and proves that nothing comes after it and nothing is left. */
async function expectCleanAbort(
  watched: WatchedUpload,
  before: Record<string, number>,
  abort: () => void = () => watched.task.abort(),
): Promise<void> {
  abort()
  expect(await watched.ended).toEqual(aborted)
  const events = eventTypes(watched)
  expect(events.slice(-2)).toEqual(['fail', 'complete'])
  expect(events.filter((type) => type === 'fail' || type === 'complete')).toHaveLength(2)
  await expect.poll(openResources, { interval: 10 }).toEqual(before)
  watched.task.abort()
  expect(eventTypes(watched)).toEqual(events)
}

/** A server that has to be heard before it is used: it shuts the connections that tests leave. */
async function startQuietServer(...options: Parameters<typeof startRawServer>) {
  const server = await startRawServer(...options)
  // The first use of each module opens files of its own.
  const warmUp = await startRawServer()
  await upload(createWx(), { url: warmUp.url, filePath: await createTempFile('warm up') })
  warmUp.sockets[0]?.end()
  await expect.poll(() => warmUp.openCount()).toBe(0)
  await expect.poll(() => openResources()['TCPSocketWrap'] ?? 0).toBe(0)
  return server
}

const largeFile = () => createTempFile({ sizeBytes: 64 * MiB })
const smallFile = () => createTempFile('content')

const seen = (server: RawServer) => expect.poll(() => server.exchanges.length).toBe(1)

describe('an abort', () => {
  it('U-26 U-19 in the queue sends nothing', async () => {
    const server = await startQuietServer({ onWhole: () => undefined })
    const wx = createWx({ maxConcurrent: 1 })
    const filePath = await smallFile()
    const first = startUpload(wx, { url: server.url, filePath })
    await seen(server)
    const watched = startUpload(wx, { url: server.url, filePath })
    await expectCleanAbort(watched, openResources())
    first.task.abort()
    await first.ended
    await expect.poll(() => server.openCount()).toBe(0)
    expect(server.exchanges).toHaveLength(1)
  })

  it.each([0, 1, 2])(
    'U-26 while the file is opened, %d microtasks after the call, connects to nobody',
    async (microtasks) => {
      const server = await startQuietServer()
      const filePath = await smallFile()
      const before = openResources()
      const watched = startUpload(createWx(), { url: server.url, filePath })
      for (let count = 0; count < microtasks; count += 1) await Promise.resolve()
      await expectCleanAbort(watched, before)
      expect(server.sockets).toHaveLength(0)
    },
  )

  it('U-26 while connecting ends the attempt', async () => {
    const port = await findDeafPort()
    const filePath = await smallFile()
    const before = openResources()
    const watched = startUpload(createWx(), { url: `http://127.0.0.1:${port}/`, filePath })
    await expect
      .poll(() => openResources()['TCPSocketWrap'])
      .toBeGreaterThan(before['TCPSocketWrap'] ?? 0)
    await expectCleanAbort(watched, before)
  })

  it('U-26 in the TLS handshake closes the connection', async () => {
    const server = await startQuietServer()
    const filePath = await smallFile()
    const before = openResources()
    const watched = startUpload(createWx(), { url: `https://127.0.0.1:${server.port}/`, filePath })
    await expect.poll(() => server.openCount()).toBe(1)
    await expectCleanAbort(watched, before)
  })

  it('U-26 while waiting for 100 Continue closes the connection', async () => {
    const server = await startQuietServer({ onHead: () => undefined })
    const filePath = await largeFile()
    const before = openResources()
    const watched = startUpload(createWx(), { url: server.url, filePath })
    await seen(server)
    await expectCleanAbort(watched, before)
    expect(server.exchanges[0]?.bodyBytes).toBe(0)
  })

  it('U-26 while sending closes the connection', async () => {
    const server = await startQuietServer({
      keepBodies: false,
      onHead: (exchange) => {
        answerContinue(exchange)
        exchange.socket.pause()
      },
    })
    const filePath = await largeFile()
    const before = openResources()
    const watched = startUpload(createWx(), { url: server.url, filePath })
    await expect.poll(() => eventTypes(watched)).toContain('progress')
    const resume = () => void server.sockets[0]?.resume()
    await expectCleanAbort(watched, before, () => {
      watched.task.abort()
      resume()
    })
    expect(server.exchanges[0]?.bodyBytes).toBeLessThan(server.exchanges[0]?.contentLength ?? 0)
  })

  it('U-26 while waiting for the response closes the connection', async () => {
    const server = await startQuietServer({ onWhole: () => undefined })
    const filePath = await smallFile()
    const before = openResources()
    const watched = startUpload(createWx(), { url: server.url, filePath })
    await expect.poll(() => eventTypes(watched)).toContain('progress')
    await seen(server)
    await expectCleanAbort(watched, before)
  })

  it('U-26 in the response closes the connection', async () => {
    const server = await startQuietServer({
      onWhole: ({ socket }) =>
        void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'),
    })
    const filePath = await smallFile()
    const before = openResources()
    const watched = startUpload(createWx(), { url: server.url, filePath })
    await expect.poll(() => eventTypes(watched)).toContain('headers')
    await expectCleanAbort(watched, before)
  })

  it('U-26 U-17 while the body of a redirect does not come closes the connection', async () => {
    const server = await startQuietServer({
      onWhole: ({ socket }) =>
        void socket.write('HTTP/1.1 307 Go\r\nLocation: /next\r\nContent-Length: 9\r\n\r\nhalf'),
    })
    const filePath = await smallFile()
    const before = openResources()
    const watched = startUpload(createWx(), { url: server.url, filePath })
    await seen(server)
    await expectCleanAbort(watched, before)
    expect(server.exchanges).toHaveLength(1)
  })

  it.each([307, 303])(
    'U-26 U-17 in the request that a redirect by %d has led to closes all connections',
    async (status) => {
      const target = await startRawServer({
        onHead: ({ socket }) => void socket.pause(),
        onWhole: () => undefined,
      })
      const server = await startQuietServer({
        onHead: ({ socket }) =>
          void socket.end(`HTTP/1.1 ${status} Go\r\nLocation: ${target.url}\r\n\r\n`),
        onWhole: () => undefined,
      })
      const filePath = await largeFile()
      const before = openResources()
      const watched = startUpload(createWx(), { url: server.url, filePath })
      await seen(target)
      await expect.poll(() => server.openCount()).toBe(0)
      await expectCleanAbort(watched, before, () => {
        watched.task.abort()
        target.sockets[0]?.resume()
      })
    },
  )

  it.each([
    ['progress', (task: WatchedUpload['task'], abort: () => void) => task.onProgressUpdate(abort)],
    ['header', (task: WatchedUpload['task'], abort: () => void) => task.onHeadersReceived(abort)],
  ])('U-26 in a listener for %s is the last event', async (_event, listen) => {
    const server = await startQuietServer()
    const filePath = await largeFile()
    const before = openResources()
    const watched = startUpload(createWx(), { url: server.url, filePath })
    listen(watched.task, () => watched.task.abort())
    await expectCleanAbort(watched, before, () => undefined)
    expect(eventTypes(watched)).not.toContain('success')
  })

  it('U-26 on a connection that was used before closes it', async () => {
    const server = await startQuietServer({
      onWhole: ({ socket }) => {
        if (server.exchanges.length === 1) {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
        }
      },
    })
    const wx = createWx()
    const filePath = await smallFile()
    const before = openResources()
    await upload(wx, { url: server.url, filePath })
    const watched = startUpload(wx, { url: server.url, filePath })
    await expect.poll(() => server.exchanges.length).toBe(2)
    await expectCleanAbort(watched, before)
    expect(server.sockets).toHaveLength(1)
  })
})

/** A port that is listened on, but where no connection is ever completed: its backlog is full. */
async function findDeafPort(): Promise<number> {
  const script = `const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))`
  const child = spawn(process.execPath, ['--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  child.stdout.destroy()
  const port = Number(String(line))
  child.kill('SIGSTOP')
  for (let count = 0; count < 4; count += 1) {
    const socket = net.connect(port, '127.0.0.1').on('error', () => undefined)
    onTestFinished(() => void socket.destroy())
  }
  return port
}

describe('a process', () => {
  it('U-19 whose uploads have ended exits by itself, though connections are kept', async () => {
    const server = await startRawServer({
      keepBodies: false,
      onHead: (exchange) => {
        if (!exchange.head.includes('/silent')) answerContinue(exchange)
      },
      onWhole: ({ socket, head }) => {
        if (!head.includes('/silent')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      },
    })
    // A success of each size, a failure, a timeout and an abort; a timer left by any would last a minute.
    const script = `
      const { createWx } = await import(process.argv[1])
      const [url, small, large] = process.argv.slice(2)
      const wx = createWx()
      const upload = (option, abortAfterMs) => new Promise((complete) => {
        const task = wx.uploadFile({ url, filePath: small, name: 'file', ...option, complete })
        if (abortAfterMs !== undefined) setTimeout(() => task.abort(), abortAfterMs)
      })
      const results = await Promise.all([
        upload({}),
        upload({ filePath: large }),
        upload({ filePath: '/missing' }),
        upload({ url: url + '/silent', timeout: 100 }),
        upload({ url: url + '/silent', filePath: large }, 100),
      ])
      console.log(results.map(({ errMsg }) => errMsg).join())`
    const entry = new URL('../../../dist/bundled/node.js', import.meta.url).href
    const paths = [await smallFile(), await createTempFile({ sizeBytes: 4 * MiB })]
    const args = ['--input-type=module', '--eval', script, entry, server.url, ...paths]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [output] = await once(child.stdout, 'data')
    // The server would keep its connections: who waited for them would outlast the test.
    const [code] = await once(child, 'exit')
    expect(String(output).trim()).toBe(
      'uploadFile:ok,uploadFile:ok,uploadFile:fail file not found,uploadFile:fail timeout,uploadFile:fail abort',
    )
    expect(code).toBe(0)
  })
})
