import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { createCertificate } from './certificate.fixture.ts'
import {
  answerContinue,
  answerOk,
  continueResponse,
  type Exchange,
  okResponse,
  startRawServer,
} from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, progressEvents, startUpload, upload } from './upload.fixture.ts'

const KiB = 1024
const MiB = 1024 * KiB
/** A race that is lost once in a while shows in twelve tries. */
const tries = 12

const refusal = 'HTTP/1.1 413 Too Large\r\nContent-Length: 4\r\nConnection: close\r\n\r\nstop'
const refusalThatStays = refusal.replace('Connection: close\r\n', '')
const heard = { statusCode: 413, data: 'stop', errMsg: 'uploadFile:ok' }

/** What a server may do with the connection once it has answered. */
const endings: Readonly<Record<string, (socket: Socket) => void>> = {
  'reads on': (socket) => void socket.write(refusalThatStays),
  'says close and reads on': (socket) => void socket.write(refusal),
  'closes its side and reads on': (socket) => void socket.end(refusal),
  'closes with the body unread': (socket) => {
    socket.pause()
    socket.end(refusal, () => socket.destroy())
  },
  'resets the connection': (socket) => {
    socket.pause()
    socket.write(refusal, () => {
      // To close with data unread is all the reset that TLS can do.
      if ('encrypted' in socket) socket.destroy()
      else socket.resetAndDestroy()
    })
  },
}
const endingNames = Object.keys(endings)

/** Acts once, when so much of the body has come. */
function afterBytes(
  bytes: number,
  act: (exchange: Exchange) => void,
): (exchange: Exchange) => void {
  return (exchange) => {
    answerContinue(exchange)
    const onData = (): void => {
      if (exchange.bodyBytes < bytes) return
      exchange.socket.off('data', onData)
      act(exchange)
    }
    exchange.socket.on('data', onData)
  }
}

describe.each([
  ['a small upload', 10 * KiB],
  ['an upload of 1 MiB', MiB],
  ['an upload of 64 MiB', 64 * MiB],
])('U-18 a server that answers %s at its header', (_name, sizeBytes) => {
  it.each(endingNames)('is heard if it then %s', async (ending) => {
    const filePath = await createTempFile({ sizeBytes })
    const server = await startRawServer({
      keepBodies: false,
      onHead: ({ socket }) => endings[ending]?.(socket),
      onWhole: () => undefined,
    })
    const wx = createWx()
    for (let attempt = 0; attempt < tries; attempt += 1) {
      expect(await upload(wx, { url: server.url, filePath })).toMatchObject(heard)
    }
  })
})

describe.each([
  ['over TCP', false],
  ['over TLS', true],
])('U-18 a server that answers in the middle of the body, %s,', (_name, isSecure) => {
  // Where writes meet a reset these fail without the agents' reading on after write errors.
  it.each(endingNames)('is heard if it then %s', async (ending) => {
    const filePath = await createTempFile({ sizeBytes: 64 * MiB })
    const certificate = isSecure ? await createCertificate() : undefined
    const server = await startRawServer({
      ...(certificate && { tls: certificate }),
      keepBodies: false,
      onHead: afterBytes(200 * KiB, ({ socket }) => endings[ending]?.(socket)),
      onWhole: () => undefined,
    })
    const wx = createWx({ ca: certificate?.cert })
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const watched = startUpload(wx, { url: server.url, filePath })
      expect(await watched.ended).toMatchObject(heard)
      expect(progressEvents(watched).map(({ progress }) => progress)).not.toContain(100)
    }
    await expect.poll(() => server.openCount()).toBe(0)
    for (const { bodyBytes, contentLength } of server.exchanges) {
      expect(bodyBytes).toBeLessThan(contentLength)
    }
  })
})

describe('U-18 a large upload asks first', () => {
  it('U-18 nothing of the body is sent before the server says 100 Continue', async () => {
    const filePath = await createTempFile({ sizeBytes: 2 * MiB })
    let bytesBeforeContinue = -1
    const server = await startRawServer({
      keepBodies: false,
      onHead: (exchange) => {
        setImmediate(() => {
          bytesBeforeContinue = exchange.bodyBytes
          answerContinue(exchange)
        })
      },
    })
    const watched = startUpload(createWx(), { url: server.url, filePath })
    expect(await watched.ended).toMatchObject({ statusCode: 200 })
    expect(bytesBeforeContinue).toBe(0)
    expect(server.exchanges[0]?.head).toMatch(/^Expect: 100-continue$/m)
    expect(progressEvents(watched).at(-1)?.progress).toBe(100)
  })

  it('U-18 a refusal at once costs nothing: no byte of the body, no progress', async () => {
    const filePath = await createTempFile({ sizeBytes: 2 * MiB })
    const server = await startRawServer({
      onHead: ({ socket }) => void socket.write(refusalThatStays),
    })
    const watched = startUpload(createWx(), { url: server.url, filePath })
    expect(await watched.ended).toMatchObject(heard)
    expect(eventTypes(watched)).toEqual(['headers', 'success', 'complete'])
    expect(server.exchanges[0]?.bodyBytes).toBe(0)
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it('U-18 a small upload does not ask', async () => {
    const server = await startRawServer()
    await upload(createWx(), { url: server.url, filePath: await createTempFile('small') })
    expect(server.exchanges[0]?.head).not.toMatch(/^Expect:/im)
  })

  it('U-18 a server that does not answer the question gets the body, and is not asked again', async () => {
    const filePath = await createTempFile({ sizeBytes: 2 * MiB })
    const server = await startRawServer({ keepBodies: false, onHead: () => undefined })
    const wx = createWx()
    for (let count = 0; count < 2; count += 1) {
      expect(await upload(wx, { url: server.url, filePath })).toMatchObject({ statusCode: 200 })
    }
    expect(server.exchanges.map(({ head }) => /^Expect:/im.test(head))).toEqual([true, false])
  })

  it('U-18 a server that refuses the question (417) gets the upload without it, and is not asked again', async () => {
    const filePath = await createTempFile({ sizeBytes: 2 * MiB })
    const server = await startRawServer({
      keepBodies: false,
      onHead: ({ socket, head }) => {
        if (/^Expect:/im.test(head)) {
          socket.write('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n')
        }
      },
    })
    const wx = createWx()
    for (let count = 0; count < 2; count += 1) {
      const watched = startUpload(wx, { url: server.url, filePath })
      expect(await watched.ended).toMatchObject({ statusCode: 200 })
      expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
    }
    expect(server.exchanges.map(({ head }) => /^Expect:/im.test(head))).toEqual([
      true,
      false,
      false,
    ])
  })

  it('U-18 a 417 to an upload that has asked nothing is an answer like any other', async () => {
    const server = await startRawServer({
      onWhole: ({ socket }) => void socket.write('HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n'),
    })
    const filePath = await createTempFile('small')
    expect(await upload(createWx(), { url: server.url, filePath })).toMatchObject({
      statusCode: 417,
    })
    expect(server.exchanges).toHaveLength(1)
  })

  it.each([
    [
      '103 Early Hints, then 100',
      `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${continueResponse}`,
    ],
    ['100 twice', continueResponse.repeat(2)],
  ])('U-24 %s: the header that is reported is the final one', async (_name, interim) => {
    const filePath = await createTempFile({ sizeBytes: 2 * MiB })
    const server = await startRawServer({
      keepBodies: false,
      onHead: ({ socket }) => void socket.write(interim),
      onWhole: ({ socket }) => void socket.write(okResponse),
    })
    const watched = startUpload(createWx(), { url: server.url, filePath })
    expect(await watched.ended).toMatchObject({ statusCode: 200, data: 'ok' })
    expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
  })

  it('U-18 a long answer is heard to its end though nobody reads the rest of the upload', async () => {
    const filePath = await createTempFile({ sizeBytes: 64 * MiB })
    const body = 'x'.repeat(MiB)
    const server = await startRawServer({
      keepBodies: false,
      onHead: afterBytes(200 * KiB, ({ socket }) => {
        socket.pause()
        socket.end(`HTTP/1.1 401 Unauthorized\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
      }),
      onWhole: answerOk,
    })
    const result = await upload(createWx(), { url: server.url, filePath })
    expect(result).toMatchObject({ statusCode: 401, data: body })
  })

  it.each([
    ['Content-Length: 9', '-354:net::ERR_CONTENT_LENGTH_MISMATCH'],
    ['Transfer-Encoding: chunked', '-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING'],
  ])('U-21 an early answer that is cut short is a failure: %s', async (field, detail) => {
    const filePath = await createTempFile({ sizeBytes: 64 * MiB })
    const server = await startRawServer({
      keepBodies: false,
      onHead: afterBytes(200 * KiB, ({ socket }) => {
        socket.end(`HTTP/1.1 413 Too Large\r\n${field}\r\n\r\n1\r\n`)
      }),
      onWhole: () => undefined,
    })
    const wx = createWx()
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const result = await upload(wx, { url: server.url, filePath })
      expect(result).toMatchObject({ errMsg: `uploadFile:fail upload fail:${detail}` })
    }
  })
})
