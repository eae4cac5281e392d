import type { Socket } from 'node:net'
import { encodeMultipart } from '@wx-upload/multipart'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import type { UploadRequest } from '../transport.ts'
import type { Signal } from '../upload-state.ts'
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
import { eventTypes, startUpload, upload } from './upload.fixture.ts'

const MiB = 1024 * 1024

const ok = { statusCode: 200, data: 'ok', errMsg: 'uploadFile:ok' }

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

  it.each(['abort', 'timeout'])(
    'U-26 U-13 U-19 keeps no place after the %s of an upload that has been answered',
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
