import { openAsBlob, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { answerContinue, answerOk, type Exchange, startRawServer } from './raw-server.fixture.ts'
import { answer, answering, pathOf } from './redirects.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { progressEvents, startUpload, upload } from './upload.fixture.ts'

const MiB = 1024 * 1024
const ok = { statusCode: 200, data: 'ok', errMsg: 'uploadFile:ok' }

describe('U-18 a redirect that comes early', () => {
  it('U-17 costs no body where the server was asked first', async () => {
    const target = await startRawServer({ keepBodies: false })
    const start = await startRawServer({
      onHead: ({ socket }) => void socket.write(answer(307, `Location: ${target.url}`)),
    })
    const filePath = await createTempFile({ sizeBytes: 4 * MiB })
    const watched = startUpload(createWx(), { url: start.url, filePath })
    expect(await watched.ended).toMatchObject(ok)
    expect(start.exchanges[0]?.bodyBytes).toBe(0)
    expect(target.exchanges[0]?.head).toMatch(/^Expect: 100-continue$/m)
    expect(target.exchanges[0]?.bodyBytes).toBe(target.exchanges[0]?.contentLength)
    expect(progressEvents(watched).filter(({ progress }) => progress === 100)).toHaveLength(1)
    await expect.poll(() => start.openCount()).toBe(0)
  })

  const endings: Readonly<Record<string, (socket: Socket, text: string) => void>> = {
    'reads on': (socket, text) => void socket.write(text),
    'reads no more': (socket, text) => void socket.pause().write(text),
    closes: (socket, text) => void socket.pause().end(text, () => socket.destroy()),
    resets: (socket, text) => void socket.pause().write(text, () => socket.resetAndDestroy()),
  }
  const cases = Object.keys(endings).flatMap((ending) =>
    [307, 303].map((status) => [ending, status] as const),
  )

  it.each(cases)(
    'U-17 in the middle of the body of a server that then %s ends the sending and is followed: %d',
    async (ending, status) => {
      const target = await startRawServer({ keepBodies: false })
      const start = await startRawServer({
        keepBodies: false,
        onHead: (exchange) => {
          answerContinue(exchange)
          const onData = (): void => {
            if (exchange.bodyBytes < 200_000) return
            exchange.socket.off('data', onData)
            endings[ending]?.(exchange.socket, answer(status, `Location: ${target.url}`))
          }
          exchange.socket.on('data', onData)
        },
        onWhole: () => undefined,
      })
      const filePath = await createTempFile({ sizeBytes: 64 * MiB })
      const watched = startUpload(createWx(), { url: start.url, filePath })
      expect(await watched.ended).toMatchObject(ok)
      const hundreds = progressEvents(watched).filter(({ progress }) => progress === 100)
      expect(hundreds).toHaveLength(status === 307 ? 1 : 0)
      const [first] = start.exchanges as [Exchange]
      expect(first.bodyBytes).toBeLessThan(first.contentLength)
      const [last] = target.exchanges as [Exchange]
      if (status === 307) expect(last.bodyBytes).toBe(last.contentLength)
      else expect(last.head).toMatch(/^GET /)
      // Who does not read does not see the end.
      for (const socket of start.sockets) socket.resume()
      await expect.poll(() => start.openCount()).toBe(0)
    },
  )
})

describe('the body of a redirect', () => {
  const bodies: Readonly<Record<string, string>> = {
    'is long': `Content-Length: ${100 * MiB}\r\n\r\n${'x'.repeat(100_000)}`,
    'does not come': 'Content-Length: 10\r\n\r\n',
    'ends too early': 'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nabc',
    'is garbage': 'Transfer-Encoding: chunked\r\n\r\nnothing\r\n',
    'is no gzip': 'Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc',
  }

  it.each(Object.keys(bodies))('U-17 that %s keeps nobody from following', async (which) => {
    const first = `HTTP/1.1 307 Told\r\nLocation: /next\r\n${bodies[which]}`
    const server = await startRawServer(answering(first))
    const filePath = await createTempFile('content')
    expect(await upload(createWx(), { url: server.url, filePath })).toMatchObject(ok)
    expect(server.sockets).toHaveLength(which === 'is no gzip' ? 1 : 2)
    // What could not be read over is closed; the last connection is kept.
    await expect.poll(() => server.openCount()).toBe(1)
  })
})

describe('a file that changes between two requests', () => {
  it.each(['path', 'Blob'])('U-16 U-17 is not sent again: %s', async (kind) => {
    const path = await createTempFile('content')
    const target = await startRawServer()
    const start = await startRawServer({
      onWhole: ({ socket }) => {
        writeFileSync(path, 'another content')
        socket.write(answer(307, `Location: ${target.url}`))
      },
    })
    const filePath = kind === 'path' ? path : await openAsBlob(path)
    expect(await upload(createWx(), { url: start.url, filePath })).toEqual({
      errMsg: 'uploadFile:fail file changed during upload',
      errno: 1300005,
    })
    expect(target.sockets).toHaveLength(0)
  })
})

describe('the time limit', () => {
  const timedOut = { errMsg: 'uploadFile:fail timeout', errno: 5 }

  it('U-13 U-17 covers all requests together', async () => {
    let requests = 0
    const server = await startRawServer({
      onWhole: ({ socket }) => {
        requests += 1
        setTimeout(() => socket.write(answer(307, 'Location: /upload')), 100)
      },
    })
    const filePath = await createTempFile('content')
    const watched = startUpload(createWx(), { url: server.url, filePath, timeout: 1000 })
    expect(await watched.ended).toEqual(timedOut)
    expect(requests).toBeGreaterThan(1)
    expect(requests).toBeLessThan(20)
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it('U-13 U-17 runs while the body of a redirect does not come', async () => {
    const first = 'HTTP/1.1 307 Told\r\nLocation: /next\r\nContent-Length: 10\r\n\r\n'
    const server = await startRawServer(answering(first))
    const filePath = await createTempFile('content')
    const watched = startUpload(createWx(), { url: server.url, filePath, timeout: 300 })
    expect(await watched.ended).toEqual(timedOut)
    await expect.poll(() => server.openCount()).toBe(0)
  })
})

it('U-17 U-19 a connection that its server closes after a redirect is replaced', async () => {
  const server = await startRawServer({
    onHead: ({ socket, head }) => {
      // Every connection serves one request.
      if (head.includes('/next') && socket === server.sockets[0]) socket.end()
    },
    onWhole: (exchange) => {
      if (pathOf(exchange) === '/upload') exchange.socket.write(answer(307, 'Location: /next'))
      else if (exchange.socket !== server.sockets[0]) answerOk(exchange)
    },
  })
  const filePath = await createTempFile('content')
  expect(await upload(createWx(), { url: server.url, filePath })).toMatchObject(ok)
  expect(server.exchanges).toHaveLength(3)
})
