import { appendFile, utimes } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { createCertificate } from './certificate.fixture.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { answerOk, startStreamServer } from './stream-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, progressEvents, startUpload, upload } from './upload.fixture.ts'

const KiB = 1024
const MiB = 1024 * KiB
const ok = { statusCode: 200, data: 'ok', errMsg: 'uploadFile:ok' }

describe('the protocol', () => {
  it.each(['enableHttp2', 'enableQuic'])(
    'U-30 is HTTP/2 with %s where the server offers it, and the profile says so',
    async (option) => {
      const server = await startStreamServer()
      const wx = server.createWx()
      const filePath = await createTempFile('content')
      const watched = startUpload(wx, { url: server.url, filePath, [option]: true })
      expect(await watched.ended).toMatchObject({ ...ok, profile: { protocol: 'h2' } })
      expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
      expect(progressEvents(watched).at(-1)?.progress).toBe(100)
      expect(server.exchanges).toHaveLength(1)
    },
  )

  it('U-30 is HTTP/1.1 without either, whatever the server offers', async () => {
    const server = await startStreamServer()
    const wx = server.createWx()
    const filePath = await createTempFile('content')
    for (const option of [{}, { enableHttp2: false, enableQuic: false }]) {
      const result = await upload(wx, { url: server.url, filePath, ...option })
      expect(result).toMatchObject({ data: 'by HTTP/1.1', profile: { protocol: 'http1.1' } })
    }
  })

  it('U-30 is HTTP/1.1 where the server has no other, over the connection that was made to ask', async () => {
    const certificate = await createCertificate()
    const server = await startRawServer({ tls: certificate })
    const wx = createWx({ ca: certificate.cert })
    const filePath = await createTempFile('content')
    const option = { url: server.url, filePath, enableHttp2: true }
    for (const socketReused of [false, true]) {
      expect(await upload(wx, option)).toMatchObject({
        ...ok,
        profile: { protocol: 'http1.1', socketReused },
      })
    }
    expect(server.sockets).toHaveLength(1)
    await Promise.all(Array.from({ length: 5 }, () => upload(wx, option)))
    expect(server.exchanges).toHaveLength(7)
    expect(server.sockets.length).toBeLessThanOrEqual(5)
  })

  it('U-30 is HTTP/1.1 to http: addresses', async () => {
    const { url } = await startRawServer()
    const result = await upload(createWx(), {
      url,
      filePath: await createTempFile('a'),
      enableHttp2: true,
    })
    expect(result).toMatchObject({ ...ok, profile: { protocol: 'http1.1' } })
  })

  it('U-22 a certificate that is refused fails as it does by HTTP/1.1, and nothing is sent', async () => {
    const server = await startStreamServer()
    const filePath = await createTempFile('content')
    const result = await upload(createWx(), { url: server.url, filePath, enableHttp2: true })
    expect(result).toEqual({
      errMsg: 'uploadFile:fail upload fail:-202:net::ERR_CERT_AUTHORITY_INVALID',
      errno: 600001,
    })
    expect(server.exchanges).toEqual([])
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it('U-06 enableHttp2 and enableQuic are booleans', async () => {
    const wx = createWx()
    const option = { url: 'https://example.com', filePath: 'a', enableHttp2: 1, enableQuic: 'yes' }
    const { errMsg } = await new Promise<{ errMsg: string }>((complete) => {
      Reflect.apply(wx.uploadFile, wx, [{ ...option, name: 'file', complete }])
    })
    expect(errMsg).toBe(
      'uploadFile:fail parameter error: ' +
        'parameter.enableHttp2 should be Boolean instead of Number; ' +
        'parameter.enableQuic should be Boolean instead of String;',
    )
  })
})

describe('by HTTP/2', () => {
  it('U-11 U-14 the head is that of HTTP/1.1 with names in lower case, but for what is of a connection', async () => {
    const server = await startStreamServer()
    const filePath = await createTempFile('content')
    const header = {
      'X-Own': ' \u00e9\u00a0\t',
      Cookie: 'a=1; b=2',
      'Proxy-Connection': 'keep-alive',
      'HTTP2-Settings': 'AAMAAABkAAQAAP__',
    }
    const url = `${server.url}?a=1#fragment`
    await upload(server.createWx(), { url, filePath, header, enableHttp2: true })
    const [exchange] = server.exchanges
    expect(exchange?.headers).toMatchObject({
      ':method': 'POST',
      ':scheme': 'https',
      ':authority': new URL(server.url).host,
      ':path': '/upload?a=1',
      'user-agent': 'wx-upload',
      'x-own': '\u00e9\u00a0',
      cookie: 'a=1; b=2',
      'content-type': expect.stringMatching(/^multipart\/form-data; boundary=/),
      'content-length': String(exchange?.bodyBytes),
    })
    expect(Object.keys(exchange?.headers ?? {})).not.toContain('expect')
    expect(Object.keys(exchange?.headers ?? {})).not.toContain('proxy-connection')
    expect(Object.keys(exchange?.headers ?? {})).not.toContain('http2-settings')
  })

  it('U-24 the header of the answer has repeated ones joined, and each cookie by itself', async () => {
    const server = await startStreamServer({
      onWhole: ({ stream }) => {
        stream.respond({ ':status': 201, 'x-twice': ['a', 'b'], 'set-cookie': ['a=1', 'b=2'] })
        stream.end()
      },
    })
    const filePath = await createTempFile('content')
    const result = await upload(server.createWx(), { url: server.url, filePath, enableHttp2: true })
    expect(result).toMatchObject({
      statusCode: 201,
      header: { 'x-twice': 'a, b', 'set-cookie': 'a=1, b=2' },
      cookies: ['a=1', 'b=2'],
    })
    expect(Object.keys('header' in result ? result.header : {})).not.toContain(':status')
  })

  it('U-23 progress does not run ahead of the window that the server opens', async () => {
    const server = await startStreamServer({ onHead: ({ stream }) => void stream.pause() })
    const filePath = await createTempFile({ sizeBytes: 4 * MiB })
    const watched = startUpload(server.createWx(), {
      url: server.url,
      filePath,
      enableHttp2: true,
    })
    await expect.poll(() => progressEvents(watched).length).toBeGreaterThan(0)
    // [RFC 9113 §6.9.2] What a window is by default.
    const mostBytes = () => progressEvents(watched).at(-1)?.totalBytesSent ?? 0
    expect(mostBytes()).toBeLessThanOrEqual(65_535)
    server.exchanges[0]?.stream.resume()
    expect(await watched.ended).toMatchObject(ok)
    expect(progressEvents(watched).filter(({ progress }) => progress === 100)).toHaveLength(1)
  })

  it.each([303, 307])(
    'U-17 a redirect by %d is followed on the same connection',
    async (status) => {
      const server = await startStreamServer({
        onWhole: (exchange) => {
          if (exchange.headers[':path'] === '/next') return answerOk(exchange)
          exchange.stream.respond({ ':status': status, location: '/next' })
          exchange.stream.end()
        },
      })
      const filePath = await createTempFile('content')
      const result = await upload(server.createWx(), {
        url: server.url,
        filePath,
        enableHttp2: true,
      })
      expect(result).toMatchObject({ ...ok, profile: { protocol: 'h2', socketReused: true } })
      expect(server.exchanges.map(({ headers }) => headers[':method'])).toEqual([
        'POST',
        status === 303 ? 'GET' : 'POST',
      ])
      expect(server.sockets).toHaveLength(1)
    },
  )

  it('interim answers are not the answer', async () => {
    const server = await startStreamServer({
      onHead: ({ stream }) => {
        stream.additionalHeaders({ ':status': 100 })
        stream.additionalHeaders({ ':status': 103, link: '</a>' })
      },
    })
    const filePath = await createTempFile({ sizeBytes: 2 * MiB })
    const result = await upload(server.createWx(), { url: server.url, filePath, enableHttp2: true })
    expect(result).toMatchObject(ok)
  })

  it('U-16 a file that changes while it is sent fails the upload, and its stream alone', async () => {
    const server = await startStreamServer({ onHead: ({ stream }) => void stream.pause() })
    const wx = server.createWx()
    const filePath = await createTempFile({ sizeBytes: 4 * MiB })
    const option = { url: server.url, enableHttp2: true }
    const other = startUpload(wx, { ...option, filePath: await createTempFile('content') })
    const changing = startUpload(wx, { ...option, filePath })
    await expect.poll(() => server.exchanges.length).toBe(2)
    await appendFile(filePath, 'more')
    await utimes(filePath, 1, 1)
    for (const { stream } of server.exchanges) stream.resume()
    expect(await changing.ended).toEqual({
      errMsg: 'uploadFile:fail file changed during upload',
      errno: 1300005,
    })
    expect(await other.ended).toMatchObject(ok)
    expect(server.sockets).toHaveLength(1)
    const cut = server.exchanges.find(({ headers }) => Number(headers['content-length']) > MiB)
    await expect.poll(() => cut?.stream.aborted).toBe(true)
    expect(cut?.bodyBytes).toBeLessThan(Number(cut?.headers['content-length']))
  })

  it('U-30 profile has the times of the connection where one was made, and of the stream', async () => {
    const server = await startStreamServer()
    const wx = server.createWx()
    const filePath = await createTempFile('content')
    const option = { url: server.url, filePath, enableHttp2: true }
    const first = await upload(wx, option)
    const second = await upload(wx, option)
    if (!('profile' in first) || !('profile' in second)) throw new Error('An upload has failed')
    const times = [
      first.profile.queueEnd,
      first.profile.fetchStart,
      first.profile.domainLookUpStart,
      first.profile.connectStart,
      first.profile.connectEnd,
      first.profile.SSLconnectionEnd,
      first.profile.requestStart,
      first.profile.responseStart,
      first.profile.responseEnd,
    ]
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(times.every((time) => time > 1e12)).toBe(true)
    expect(first.profile).toMatchObject({
      socketReused: false,
      peerIP: '127.0.0.1',
      sendBytesCount: server.exchanges[0]?.bodyBytes,
      receivedBytedCount: 2,
    })
    expect(second.profile).toMatchObject({
      socketReused: true,
      connectStart: 0,
      SSLconnectionEnd: 0,
      port: first.profile.port,
    })
    expect(second.profile.requestStart).toBeGreaterThanOrEqual(second.profile.fetchStart)
  })
})
