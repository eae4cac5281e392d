import type { Socket } from 'node:net'
import { encodeMultipart } from '@wx-upload/multipart'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import type { UploadRequest } from '../transport.ts'
import type { Signal } from '../upload-state.ts'
import { createCertificate } from './certificate.fixture.ts'
import { createConnections } from './http-connections.ts'
import { createHttpTransport } from './http-transport.ts'
import type { NodeFile } from './open-file.ts'
import {
  answerContinue,
  answerOk,
  type Exchange,
  okResponse,
  type RawServerOptions,
  startRawServer,
} from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, progressEvents, startUpload, upload } from './upload.fixture.ts'

const MiB = 1024 * 1024

const ok = { statusCode: 200, data: 'ok', errMsg: 'uploadFile:ok' }
const isTold = 'uploadFile:fail upload fail:'

describe('on the wire', () => {
  it('U-14 one POST with the exact length, the fields in order, then the file, whole to its end', async () => {
    const server = await startRawServer()
    const filePath = await createTempFile('file content')
    const result = await upload(createWx({ warn: () => undefined }), {
      url: `${server.url}?a=1#fragment`,
      filePath,
      name: 'the "file"',
      formData: { second: 2, first: '一\r\n', none: null },
      header: { 'X-Own': 'x', 'content-length': 1, 'Transfer-Encoding': 'chunked' },
    })
    expect(result).toMatchObject(ok)
    expect(server.exchanges).toHaveLength(1)
    const [{ head, chunks, contentLength, bodyBytes }] = server.exchanges as [Exchange]
    const boundary =
      /^Content-Type: multipart\/form-data; boundary=([^\r]+)$/m.exec(head)?.[1] ?? ''
    expect(boundary.length).toBeLessThanOrEqual(70)
    expect(head.split('\r\n')[0]).toBe('POST /upload?a=1 HTTP/1.1')
    expect(head).toMatch(/^X-Own: x$/m)
    expect(head).toMatch(new RegExp(`^Host: 127.0.0.1:${server.port}$`, 'm'))
    expect(head).not.toMatch(/transfer-encoding/i)
    expect(head.match(/^content-length:/gim)).toHaveLength(1)
    expect(bodyBytes).toBe(contentLength)
    expect(Buffer.concat(chunks).toString()).toBe(
      [
        `--${boundary}\r\nContent-Disposition: form-data; name="second"\r\n\r\n2\r\n`,
        `--${boundary}\r\nContent-Disposition: form-data; name="first"\r\n\r\n一\r\n\r\n`,
        `--${boundary}\r\nContent-Disposition: form-data; name="the %22file%22"; filename="photo.jpg"\r\n`,
        'Content-Type: image/jpeg\r\n\r\nfile content\r\n',
        `--${boundary}--\r\n`,
      ].join(''),
    )
  })

  it('U-14 a large body has its exact length too', async () => {
    const server = await startRawServer({ keepBodies: false })
    const filePath = await createTempFile({ sizeBytes: 20 * MiB + 1 })
    expect(await upload(createWx(), { url: server.url, filePath })).toMatchObject(ok)
    const [{ head, bodyBytes, contentLength }] = server.exchanges as [Exchange]
    expect(bodyBytes).toBe(contentLength)
    expect(head).not.toMatch(/transfer-encoding/i)
  })

  it('U-14 a file that ends where what is read at once ends is sent whole', async () => {
    const server = await startRawServer()
    const sample = startUpload(createWx(), { url: server.url, filePath: await createTempFile('') })
    await sample.ended
    const overhead = server.exchanges[0]?.contentLength ?? 0
    for (const sizeBytes of [MiB - overhead - 1, MiB - overhead, MiB - 100, MiB, 2 * MiB]) {
      const filePath = await createTempFile(Buffer.alloc(sizeBytes, 'x'))
      expect(await upload(createWx(), { url: server.url, filePath })).toMatchObject(ok)
      const { chunks, contentLength } = server.exchanges.at(-1) ?? { chunks: [], contentLength: 0 }
      expect(
        Buffer.concat(chunks)
          .toString()
          .match(/x{100,}/)?.[0].length,
      ).toBe(sizeBytes)
      expect(contentLength).toBe(sizeBytes + overhead)
    }
  })
})

describe('the time limit', () => {
  const silent: Readonly<Record<string, RawServerOptions>> = {
    'accepts and says nothing': { onHead: () => undefined, onWhole: () => undefined },
    'does not read': { onHead: stopReading, onWhole: () => undefined },
    'begins the header': {
      onHead: answerContinue,
      onWhole: ({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nA: '),
    },
    'trickles the response': { onHead: answerContinue, onWhole: trickle },
  }

  it.each(Object.keys(silent))(
    'U-13 ends an upload to a server that %s, and its connection',
    async (behaviour) => {
      const server = await startRawServer({ ...silent[behaviour], keepBodies: false })
      for (const sizeBytes of [1000, 32 * MiB]) {
        const filePath = await createTempFile({ sizeBytes })
        const watched = startUpload(createWx(), { url: server.url, filePath, timeout: 300 })
        expect(await watched.ended).toEqual({ errMsg: 'uploadFile:fail timeout', errno: 5 })
        expect(eventTypes(watched).slice(-2)).toEqual(['fail', 'complete'])
        // Who does not read does not see the end.
        for (const socket of server.sockets) socket.resume()
        await expect.poll(() => server.openCount()).toBe(0)
      }
    },
  )

  it('U-13 ends a TLS handshake that does not come to an end', async () => {
    const server = await startRawServer()
    const filePath = await createTempFile('content')
    const url = `https://127.0.0.1:${server.port}/`
    const result = await upload(createWx(), { url, filePath, timeout: 300 })
    expect(result).toEqual({ errMsg: 'uploadFile:fail timeout', errno: 5 })
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it.each([Infinity, 2 ** 31, 1e300, 0, -1, Number.NaN])('U-13 may be %d', async (timeout) => {
    const server = await startRawServer({
      onWhole: ({ socket }) => setImmediate(() => void socket.write(okResponse)),
    })
    const filePath = await createTempFile('content')
    expect(await upload(createWx(), { url: server.url, filePath, timeout })).toMatchObject(ok)
  })
})

function stopReading(exchange: Exchange): void {
  answerContinue(exchange)
  exchange.socket.pause()
}

/** A byte of the response now and then, for ever. */
function trickle({ socket }: Exchange): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n')
  const timer = setInterval(() => void socket.write('.'), 20)
  socket.once('close', () => clearInterval(timer))
}

describe('a slow disk', () => {
  const responses: Readonly<Record<string, (socket: Socket) => void>> = {
    'is heard': (socket) => void socket.end(okResponse),
    'is heard though the connection is reset': (socket) => {
      socket.write(okResponse, () => void socket.resetAndDestroy())
    },
    'fails if it was cut short': (socket) => void socket.end(okResponse.slice(0, -1)),
  }

  it.each(Object.keys(responses))(
    'U-18 an answer that comes during a read %s',
    async (response) => {
      const server = await startRawServer({
        onHead: (exchange) => {
          answerContinue(exchange)
          exchange.socket.once('data', () => responses[response]?.(exchange.socket))
        },
      })
      let slowReads = 0
      const file: NodeFile = {
        name: 'file',
        fileName: 'a.bin',
        type: '',
        size: 4 * MiB,
        async readFully(_target, position) {
          // The answer comes and its connection goes while the disk is still at it.
          if (position === 0) return
          await expect.poll(() => server.openCount()).toBe(0)
          slowReads += 1
        },
        async assertUnchanged() {},
        async close() {},
      }
      const signals: Signal[] = []
      const request: UploadRequest<NodeFile> = {
        method: 'POST',
        mayUseHttp2: false,
        withCredentials: false,
        url: new URL(server.url),
        urlRules: { requireHttps: true, domains: undefined },
        header: {},
        body: encodeMultipart([file]),
        maxResponseBytes: MiB,
        times: { invokedAtMs: 0, startedAtMs: 0 },
      }
      const transport = createHttpTransport({
        connections: createConnections({}),
        warn: () => undefined,
      })
      const run = transport(
        request,
        (signal) => void signals.push(signal),
        new AbortController().signal,
      )
      if (response.startsWith('is heard')) {
        await run
        expect(signals.at(-1)).toMatchObject({ type: 'body', data: 'ok' })
      } else {
        await expect(run).rejects.toThrow(`-354:net::ERR_CONTENT_LENGTH_MISMATCH`)
      }
      expect(slowReads).toBeGreaterThan(0)
    },
  )
})

/** A file whose content comes at once up to the first MiB, and then when it is let go. */
class SlowBlob extends Blob {
  letGo: () => void = () => undefined
  readonly #isLetGo = new Promise<void>((resolve) => (this.letGo = resolve))

  override slice(start = 0, end?: number): Blob {
    const part = super.slice(start, end)
    return Object.assign(part, {
      arrayBuffer: async () => {
        if (start > 0) await this.#isLetGo
        return await new Response(part).arrayBuffer()
      },
    })
  }
}

it.each(['abort', 'timeout'])(
  'U-26 U-13 U-19 by a slow disk, the %s of an upload that has been answered gives its place to the next one',
  async (end) => {
    const server = await startRawServer({
      keepBodies: false,
      onHead: (exchange) => {
        answerContinue(exchange)
        if (server.exchanges.length > 1) return
        exchange.socket.once('data', () => answerOk(exchange))
      },
    })
    const wx = createWx({ maxConcurrent: 1 })
    const filePath = new SlowBlob([new Uint8Array(4 * MiB)])
    const timeout = end === 'timeout' ? 1500 : 60_000
    const watched = startUpload(wx, { url: server.url, filePath, timeout })
    await expect.poll(() => server.exchanges[0]?.bodyBytes).toBeGreaterThan(0)
    const next = { url: server.url, filePath: await createTempFile('content') }
    // When another upload has been answered, this one has heard its answer, too.
    expect(await upload(createWx(), next)).toMatchObject(ok)
    if (end === 'abort') watched.task.abort()
    expect(await watched.ended).toMatchObject({ errMsg: `uploadFile:fail ${end}` })
    // By then the answer has been thrown away, and nobody listened to it.
    await expect.poll(() => server.exchanges[0]?.socket.closed).toBe(true)
    filePath.letGo()
    expect(await upload(wx, next)).toMatchObject(ok)
  },
)

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
