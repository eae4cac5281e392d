import { constants } from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  answerOk,
  type StreamExchange,
  type StreamServer,
  startStreamServer,
} from './stream-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, startUpload, upload } from './upload.fixture.ts'

const MiB = 1024 * 1024
const ok = { statusCode: 200, data: 'ok', errMsg: 'uploadFile:ok' }
const aborted = { errMsg: 'uploadFile:fail abort', errno: 1 }
const failed = (detail: string) => ({
  errMsg: `uploadFile:fail upload fail:${detail}`,
  errno: 600001,
})

async function optionTo({ url }: Pick<StreamServer, 'url'>, content = 'content') {
  return { url, filePath: await createTempFile(content), enableHttp2: true }
}

describe('a session', () => {
  it('U-30 is shared by uploads at once, and used again by those that follow', async () => {
    const server = await startStreamServer()
    const wx = server.createWx()
    const option = await optionTo(server)
    for (let round = 0; round < 3; round += 1) {
      const results = await Promise.all(Array.from({ length: 10 }, () => upload(wx, option)))
      for (const result of results) expect(result).toMatchObject(ok)
    }
    expect(server.exchanges).toHaveLength(30)
    expect(server.sockets).toHaveLength(1)
  })

  it('U-30 gets no more uploads at once than its server takes', async () => {
    let running = 0
    let peak = 0
    const server = await startStreamServer({
      settings: { maxConcurrentStreams: 2 },
      onHead: ({ stream }) => {
        peak = Math.max(peak, (running += 1))
        stream.once('close', () => (running -= 1))
      },
      onWhole: (exchange) => void setImmediate(() => answerOk(exchange)),
    })
    const wx = server.createWx()
    const option = await optionTo(server)
    const results = await Promise.all(Array.from({ length: 10 }, () => upload(wx, option)))
    for (const result of results) expect(result).toMatchObject(ok)
    expect(peak).toBe(2)
    expect(server.sockets).toHaveLength(1)
  })

  it('U-30 that does not come to be holds the others up for a moment alone', async () => {
    const server = await startStreamServer()
    const { port } = new URL(server.url)
    let connections = 0
    const relay = net.createServer((socket) => {
      socket.on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      connections += 1
      // The first one is never answered.
      if (connections > 1) socket.pipe(net.connect(Number(port), '127.0.0.1')).pipe(socket)
    })
    await new Promise<void>((resolve) => void relay.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void relay.close())
    const option = await optionTo({
      url: `https://127.0.0.1:${(relay.address() as AddressInfo).port}/`,
    })
    const wx = server.createWx()
    const first = startUpload(wx, option)
    expect(await upload(wx, option)).toMatchObject(ok)
    first.task.abort()
    expect(await first.ended).toEqual(aborted)
    expect(connections).toBe(2)
  })
})

describe('a session that ends', () => {
  it('U-19 while nobody uses it is replaced unnoticed', async () => {
    const server = await startStreamServer()
    const wx = server.createWx()
    const option = await optionTo(server)
    await upload(wx, option)
    server.sockets[0]?.destroy()
    const watched = startUpload(wx, option)
    expect(await watched.ended).toMatchObject(ok)
    expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
    expect(server.sockets).toHaveLength(2)
  })

  it('U-19 as it is used again is replaced once, and not where it was new', async () => {
    let isBroken = false
    const server = await startStreamServer({
      onHead: ({ socket }) => {
        if (isBroken) socket.destroy()
      },
    })
    const wx = server.createWx()
    const option = await optionTo(server)
    await upload(wx, option)
    isBroken = true
    expect(await upload(wx, option)).toMatchObject({ errno: 600001 })
    // The kept one, then a new one.
    expect(server.exchanges).toHaveLength(3)
    expect(await upload(wx, option)).toMatchObject({ errno: 600001 })
    expect(server.exchanges).toHaveLength(4)
  })

  it('U-30 with GOAWAY finishes what it has begun, and later uploads have another one', async () => {
    const server = await startStreamServer({
      onHead: ({ session, stream }) => {
        if (server.exchanges.length === 1) session.goaway(constants.NGHTTP2_NO_ERROR, stream.id)
      },
      onWhole: (exchange) => void setImmediate(() => answerOk(exchange)),
    })
    const wx = server.createWx()
    const option = await optionTo(server)
    for (let count = 0; count < 3; count += 1) expect(await upload(wx, option)).toMatchObject(ok)
    expect(server.exchanges).toHaveLength(3)
    expect(server.sockets).toHaveLength(2)
  })

  it('U-30 with GOAWAY has what it had not begun sent on another one, while the rest goes on', async () => {
    const server = await startStreamServer({
      onHead: ({ session }) => {
        const [first] = server.exchanges
        if (server.exchanges.length !== 3) return
        // The others came later than what it says it has begun with.
        session.goaway(constants.NGHTTP2_NO_ERROR, first?.stream.id)
        if (first) setImmediate(() => answerOk(first))
      },
      onWhole: (exchange) => {
        if (server.exchanges.length > 3) answerOk(exchange)
      },
    })
    const wx = server.createWx()
    const option = await optionTo(server)
    const watched = Array.from({ length: 3 }, () => startUpload(wx, option))
    for (const { ended } of watched) expect(await ended).toMatchObject(ok)
    expect(server.exchanges).toHaveLength(5)
    expect(server.sockets).toHaveLength(2)
    const events = watched.map(eventTypes)
    for (const each of events) expect(each.slice(-3)).toEqual(['headers', 'success', 'complete'])
  })
})

describe('a stream that is reset', () => {
  it.each([
    [
      'REFUSED_STREAM',
      constants.NGHTTP2_REFUSED_STREAM,
      2,
      '-351:net::ERR_HTTP2_SERVER_REFUSED_STREAM',
    ],
    ['INTERNAL_ERROR', constants.NGHTTP2_INTERNAL_ERROR, 1, '-337:net::ERR_HTTP2_PROTOCOL_ERROR'],
    ['CANCEL', constants.NGHTTP2_CANCEL, 1, '-337:net::ERR_HTTP2_PROTOCOL_ERROR'],
    ['NO_ERROR', constants.NGHTTP2_NO_ERROR, 1, '-337:net::ERR_HTTP2_PROTOCOL_ERROR'],
  ])('U-22 with %s before an answer', async (_name, code, requests, detail) => {
    const server = await startStreamServer({ onHead: ({ stream }) => stream.close(code) })
    const filePath = await createTempFile({ sizeBytes: 4 * MiB })
    const result = await upload(server.createWx(), { ...(await optionTo(server)), filePath })
    expect(result).toEqual(failed(detail))
    expect(server.exchanges).toHaveLength(requests)
  })

  it('U-19 because its server has not looked at it is sent again', async () => {
    const server = await startStreamServer({
      onHead: ({ stream }) => {
        if (server.exchanges.length === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM)
      },
    })
    expect(await upload(server.createWx(), await optionTo(server))).toMatchObject(ok)
    expect(server.exchanges).toHaveLength(2)
  })

  it('U-30 because its server wants HTTP/1.1 is sent by that, and so is what follows', async () => {
    const server = await startStreamServer({
      onHead: ({ stream }) => stream.close(constants.NGHTTP2_HTTP_1_1_REQUIRED),
    })
    const wx = server.createWx()
    const option = await optionTo(server)
    for (let count = 0; count < 2; count += 1) {
      expect(await upload(wx, option)).toMatchObject({
        data: 'by HTTP/1.1',
        profile: { protocol: 'http1.1' },
      })
    }
    expect(server.exchanges).toHaveLength(1)
  })
})

describe('a server that answers early', () => {
  const endings: Readonly<Record<string, (exchange: StreamExchange) => void>> = {
    'reads on': () => undefined,
    'reads no more': ({ stream }) => void stream.pause(),
    'resets the stream without an error': ({ stream }) => stream.close(constants.NGHTTP2_NO_ERROR),
    'cancels the stream': ({ stream }) => stream.close(constants.NGHTTP2_CANCEL),
    'says GOAWAY': ({ session }) => session.goaway(),
  }

  it.each(Object.entries(endings))('U-18 is heard if it then %s', async (_how, end) => {
    const server = await startStreamServer({
      onHead: (exchange) => {
        exchange.stream.respond({ ':status': 413 })
        exchange.stream.end('stop', () => end(exchange))
      },
      onWhole: () => undefined,
    })
    const wx = server.createWx()
    const filePath = await createTempFile({ sizeBytes: 16 * MiB })
    for (let count = 0; count < 8; count += 1) {
      const result = await upload(wx, { url: server.url, filePath, enableHttp2: true })
      expect(result).toMatchObject({ statusCode: 413, data: 'stop' })
    }
    for (const { bodyBytes } of server.exchanges) expect(bodyBytes).toBeLessThan(16 * MiB)
  })

  it.each([
    ['a reset', constants.NGHTTP2_INTERNAL_ERROR],
    ['a reset that is called no error', constants.NGHTTP2_NO_ERROR],
  ])('U-21 an answer that is cut short by %s is a failure', async (_how, code) => {
    const server = await startStreamServer({
      onWhole: ({ stream }) => {
        stream.respond({ ':status': 200 })
        stream.write('half', () => {
          if (code === constants.NGHTTP2_NO_ERROR) stream.destroy()
          else stream.destroy(new Error('Reset on purpose'))
        })
      },
    })
    const result = await upload(server.createWx(), await optionTo(server))
    expect(result).toEqual(failed('-337:net::ERR_HTTP2_PROTOCOL_ERROR'))
  })
})

describe('an abort', () => {
  it('U-26 closes the connection where nobody else uses it', async () => {
    const server = await startStreamServer({ onHead: ({ stream }) => void stream.pause() })
    const wx = server.createWx()
    const filePath = await createTempFile({ sizeBytes: 16 * MiB })
    const watched = startUpload(wx, { url: server.url, filePath, enableHttp2: true })
    await expect.poll(() => server.exchanges.length).toBe(1)
    watched.task.abort()
    expect(await watched.ended).toEqual(aborted)
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it('U-26 closes its stream alone where others use the connection, which takes no more of them', async () => {
    const server = await startStreamServer({ onWhole: () => undefined })
    const wx = server.createWx()
    const option = await optionTo(server)
    const [one, other] = [startUpload(wx, option), startUpload(wx, option)]
    await expect.poll(() => server.exchanges.length).toBe(2)
    one.task.abort()
    expect(await one.ended).toEqual(aborted)
    await expect.poll(() => server.exchanges[0]?.stream.rstCode).toBe(constants.NGHTTP2_CANCEL)
    const next = startUpload(wx, option)
    await expect.poll(() => server.exchanges.length).toBe(3)
    for (const exchange of server.exchanges.slice(1)) answerOk(exchange)
    expect(await other.ended).toMatchObject(ok)
    expect(await next.ended).toMatchObject(ok)
    expect(server.sockets).toHaveLength(2)
    await expect.poll(() => server.openCount()).toBe(1)
  })

  it('U-26 in the moment in which its connection was made ends both, and nothing is thrown later', async () => {
    const server = await startStreamServer()
    const wx = server.createWx()
    const option = { ...(await optionTo(server, '')), method: 'PUT' as const }
    const watched = startUpload(wx, option)
    // Of an empty file it comes before the session has begun to work.
    watched.task.onProgressUpdate(() => watched.task.abort())
    expect(await watched.ended).toEqual(aborted)
    await expect.poll(() => server.openCount()).toBe(0)
    expect(await upload(wx, option)).toMatchObject(ok)
  })

  it('U-26 while it waits for a place sends nothing', async () => {
    const server = await startStreamServer({
      settings: { maxConcurrentStreams: 1 },
      onWhole: () => undefined,
    })
    const wx = server.createWx()
    const option = await optionTo(server)
    const first = startUpload(wx, option)
    await expect.poll(() => server.exchanges.length).toBe(1)
    const waiting = startUpload(wx, option)
    setImmediate(() => waiting.task.abort())
    expect(await waiting.ended).toEqual(aborted)
    first.task.abort()
    await first.ended
    await expect.poll(() => server.openCount()).toBe(0)
    expect(server.exchanges).toHaveLength(1)
  })

  it('U-13 a time limit ends an upload whose window never opens, and the connection', async () => {
    const server = await startStreamServer({ onHead: ({ stream }) => void stream.pause() })
    const filePath = await createTempFile({ sizeBytes: 16 * MiB })
    const option = { url: server.url, filePath, enableHttp2: true, timeout: 500 }
    expect(await upload(server.createWx(), option)).toEqual({
      errMsg: 'uploadFile:fail timeout',
      errno: 5,
    })
    await expect.poll(() => server.openCount()).toBe(0)
  })
})
