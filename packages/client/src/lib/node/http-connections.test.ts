import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { createCertificate } from './certificate.fixture.ts'
import { answerContinue, answerOk, startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, progressEvents, startUpload, upload } from './upload.fixture.ts'

const MiB = 1024 * 1024

const ok = { statusCode: 200, data: 'ok', errMsg: 'uploadFile:ok' }
const isTold = 'uploadFile:fail upload fail:'

describe('connections', () => {
  it('U-19 are kept and used again, whatever was sent and answered', async () => {
    const server = await startRawServer({ keepBodies: false })
    const wx = createWx()
    for (const sizeBytes of [0, 10, 2 * MiB, 10]) {
      const filePath = await createTempFile({ sizeBytes })
      expect(await upload(wx, { url: server.url, filePath })).toMatchObject(ok)
    }
    expect(server.exchanges).toHaveLength(4)
    expect(server.sockets).toHaveLength(1)
  })

  it('U-19 are used again after an early answer only when the upload was sent whole', async () => {
    const server = await startRawServer({
      onHead: answerOk,
      onWhole: () => undefined,
    })
    const wx = createWx()
    const filePath = await createTempFile({ sizeBytes: 2 * MiB })
    for (let count = 0; count < 3; count += 1) {
      expect(await upload(wx, { url: server.url, filePath })).toMatchObject(ok)
    }
    expect(server.sockets).toHaveLength(3)
  })

  it('U-19 are not used again when the server says so', async () => {
    const server = await startRawServer({
      onWhole: ({ socket }) =>
        void socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok'),
    })
    const wx = createWx()
    const filePath = await createTempFile('content')
    for (let count = 0; count < 3; count += 1) {
      expect(await upload(wx, { url: server.url, filePath })).toMatchObject(ok)
    }
    expect(server.sockets).toHaveLength(3)
    await expect.poll(() => server.openCount()).toBe(0)
  })

  const losses: Readonly<Record<string, (socket: Socket) => void>> = {
    closed: (socket) => void socket.end(),
    'closed with data unread': (socket) => void socket.pause().end(() => socket.destroy()),
    reset: (socket) => void socket.resetAndDestroy(),
  }

  it.each(Object.keys(losses))(
    'U-19 that were %s by the server as they were used again are replaced unnoticed',
    async (how) => {
      // Every connection serves one request.
      const served = new Set<Socket>()
      const server = await startRawServer({
        keepBodies: false,
        onHead: (exchange) => {
          if (served.has(exchange.socket)) losses[how]?.(exchange.socket)
          else answerContinue(exchange)
          served.add(exchange.socket)
        },
      })
      const wx = createWx()
      for (const sizeBytes of [10, 10, 64 * MiB, 64 * MiB]) {
        const filePath = await createTempFile({ sizeBytes })
        const watched = startUpload(wx, { url: server.url, filePath })
        expect(await watched.ended).toMatchObject(ok)
        expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
      }
      expect(server.sockets).toHaveLength(4)
      expect(server.exchanges).toHaveLength(7)
    },
  )

  it('U-19 that were lost after the server had asked for the body end the upload: it may have it', async () => {
    let requests = 0
    const server = await startRawServer({
      keepBodies: false,
      onWhole: ({ socket }) => {
        requests += 1
        if (requests === 1) answerOk({ socket })
        else socket.end()
      },
    })
    const wx = createWx()
    const filePath = await createTempFile({ sizeBytes: 2 * MiB })
    expect(await upload(wx, { url: server.url, filePath })).toMatchObject(ok)
    expect(await upload(wx, { url: server.url, filePath })).toMatchObject({ errno: 600001 })
    expect(requests).toBe(2)
  })

  const beginnings = [
    { what: 'an interim answer', sent: 'HTTP/1.1 102 Processing\r\n\r\n' },
    { what: 'the beginning of an answer', sent: 'HTTP/1.1 200 OK\r\nContent-Le' },
  ]

  describe.each(['http', 'https'])('by %s', (scheme) => {
    it.each(beginnings)(
      'U-19 that were lost after $what end the upload: the server may have it',
      async ({ sent }) => {
        const certificate = await createCertificate()
        const server = await startRawServer({
          ...(scheme === 'https' && { tls: certificate }),
          onWhole: ({ socket }) => {
            if (server.exchanges.length === 1) answerOk({ socket })
            else socket.end(sent)
          },
        })
        const wx = createWx({ ca: certificate.cert })
        const option = { url: server.url, filePath: await createTempFile('content') }
        expect(await upload(wx, option)).toMatchObject(ok)
        expect(await upload(wx, option)).toMatchObject({ errno: 600001 })
        expect(server.exchanges).toHaveLength(2)
      },
    )

    it('U-19 that were closed in good order as they were used again are replaced', async () => {
      const certificate = await createCertificate()
      const server = await startRawServer({
        ...(scheme === 'https' && { tls: certificate }),
        onWhole: ({ socket }) => {
          if (server.exchanges.length === 2) socket.end()
          else answerOk({ socket })
        },
      })
      const wx = createWx({ ca: certificate.cert })
      const option = { url: server.url, filePath: await createTempFile('content') }
      for (let count = 0; count < 2; count += 1) expect(await upload(wx, option)).toMatchObject(ok)
      expect(server.exchanges).toHaveLength(3)
    })
  })

  it('U-19 U-26 that nobody is using carry the next uploads when an upload on one of them is aborted', async () => {
    const server = await startRawServer({
      onWhole: (exchange) => {
        const { length } = server.exchanges
        if (length === 3) for (const each of server.exchanges) answerOk(each)
        else if (length > 4) answerOk(exchange)
      },
    })
    const wx = createWx()
    const option = { url: server.url, filePath: await createTempFile('content') }
    await Promise.all(Array.from({ length: 3 }, () => upload(wx, option)))
    const watched = startUpload(wx, option)
    await expect.poll(() => server.exchanges.length).toBe(4)
    watched.task.abort()
    await watched.ended
    await expect.poll(() => server.openCount()).toBeLessThan(3)
    await Promise.all(Array.from({ length: 2 }, () => upload(wx, option)))
    expect(server.sockets).toHaveLength(3)
  })

  it('U-23 the count starts over on the new connection', async () => {
    let requests = 0
    const server = await startRawServer({
      keepBodies: false,
      onHead: (exchange) => {
        requests += 1
        if (requests !== 2) return answerContinue(exchange)
        // Not heard of until then: see U-19.
        exchange.socket.on('data', () => {
          if (exchange.bodyBytes > 16 * MiB) exchange.socket.resetAndDestroy()
        })
      },
    })
    const wx = createWx()
    await upload(wx, { url: server.url, filePath: await createTempFile('content') })
    const filePath = await createTempFile({ sizeBytes: 64 * MiB })
    const watched = startUpload(wx, { url: server.url, filePath })
    expect(await watched.ended).toMatchObject(ok)
    const sent = progressEvents(watched).map(({ totalBytesSent }) => totalBytesSent)
    expect(sent.some((bytes, at) => bytes <= (sent[at - 1] ?? 0))).toBe(true)
    expect(progressEvents(watched).filter(({ progress }) => progress === 100)).toHaveLength(1)
    expect(server.exchanges).toHaveLength(3)
  })

  it('U-19 that are lost again and again end the upload with an error', async () => {
    const parallel = 5
    let isBroken = false
    const server = await startRawServer({
      onHead: ({ socket }) => {
        if (isBroken) socket.resetAndDestroy()
      },
    })
    const wx = createWx()
    const filePath = await createTempFile('content')
    const option = { url: server.url, filePath }
    await Promise.all(Array.from({ length: parallel }, () => upload(wx, option)))
    expect(server.sockets).toHaveLength(parallel)
    isBroken = true
    const result = await upload(wx, option)
    expect(result).toMatchObject({ errMsg: `${isTold}-101:net::ERR_CONNECTION_RESET` })
    // A pooled one, then a new one.
    expect(server.exchanges).toHaveLength(parallel + 2)
  })

  it('U-19 that were closed while nobody used them are not used', async () => {
    const server = await startRawServer()
    const wx = createWx()
    const option = { url: server.url, filePath: await createTempFile('content') }
    await upload(wx, option)
    server.sockets[0]?.end()
    await expect.poll(() => server.openCount()).toBe(0)
    expect(await upload(wx, option)).toMatchObject(ok)
    expect(server.exchanges).toHaveLength(2)
  })

  it.each(['http', 'https'])(
    'U-19 on which something came while nobody used them are closed: %s',
    async (scheme) => {
      const certificate = await createCertificate()
      const server = await startRawServer(scheme === 'https' ? { tls: certificate } : {})
      const wx = createWx({ ca: certificate.cert })
      const option = { url: server.url, filePath: await createTempFile('content') }
      for (let count = 1; count <= 3; count += 1) {
        expect(await upload(wx, option)).toMatchObject(ok)
        expect(server.sockets).toHaveLength(count)
        // It would pass for the answer of the next one.
        server.sockets.at(-1)?.write('HTTP/1.1 500 Nobody has asked\r\nContent-Length: 0\r\n\r\n')
        await expect.poll(() => server.openCount()).toBe(0)
      }
    },
  )
})
