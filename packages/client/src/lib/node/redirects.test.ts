import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { createCertificate } from './certificate.fixture.ts'
import { type Exchange, startRawServer } from './raw-server.fixture.ts'
import { answer, answering, pathOf } from './redirects.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, progressEvents, startUpload, upload } from './upload.fixture.ts'

const ok = { statusCode: 200, data: 'ok', errMsg: 'uploadFile:ok' }
const invalidUrl = { errMsg: 'uploadFile:fail invalid url', errno: 600009 }
const notListed = { errMsg: 'uploadFile:fail url not in domain list', errno: 600002 }
const tooMany = { errMsg: 'uploadFile:fail network reach the max redirect count', errno: 600008 }

const fieldsOf = ({ head }: Exchange): string[] =>
  head
    .split('\r\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())

const header = {
  'X-Own': 'x',
  Authorization: 'Bearer secret',
  cookie: 'session=secret',
  'Proxy-Authorization': 'Basic secret',
  'Content-Language': 'zh',
}

describe('a redirect', () => {
  it.each([307, 308])('U-17 by %d sends the form again, to the same connection', async (status) => {
    const server = await startRawServer(answering(answer(status, 'Location: /next')))
    const filePath = await createTempFile('content')
    const formData = { user: 'test' }
    const watched = startUpload(createWx(), { url: server.url, filePath, header, formData })
    expect(await watched.ended).toMatchObject(ok)
    const [first, second] = server.exchanges as [Exchange, Exchange]
    expect(server.exchanges).toHaveLength(2)
    expect(second.head).toBe(first.head.replace('/upload', '/next'))
    expect(Buffer.concat(second.chunks).equals(Buffer.concat(first.chunks))).toBe(true)
    expect(second.bodyBytes).toBe(second.contentLength)
    expect(server.sockets).toHaveLength(1)
  })

  it.each([301, 302, 303])('U-17 by %d goes on with a GET, without the form', async (status) => {
    const server = await startRawServer(answering(answer(status, 'Location: /next')))
    const filePath = await createTempFile('content')
    expect(await upload(createWx(), { url: server.url, filePath, header })).toMatchObject(ok)
    const [, second] = server.exchanges as [Exchange, Exchange]
    expect(second.head).toMatch(/^GET \/next HTTP\/1\.1\r\n/)
    const own = ['x-own', 'authorization', 'cookie', 'proxy-authorization']
    expect(fieldsOf(second)).toEqual(['user-agent', ...own, 'host', 'connection'])
    expect(second.bodyBytes).toBe(0)
    expect(server.sockets).toHaveLength(1)
  })

  it('U-17 to another origin leaves out what tells who is asking, and it stays out', async () => {
    const home = await startRawServer()
    const away = await startRawServer(answering(answer(307, `Location: ${home.url}`)))
    const start = await startRawServer(answering(answer(308, `Location: ${away.url}`)))
    const filePath = await createTempFile('content')
    expect(await upload(createWx(), { url: start.url, filePath, header })).toMatchObject(ok)
    for (const { exchanges, port } of [away, home]) {
      const [{ head, bodyBytes, contentLength }] = exchanges as [Exchange]
      expect(head).not.toMatch(/secret/)
      expect(head).toMatch(/^X-Own: x$/m)
      expect(head).toMatch(/^Content-Language: zh$/m)
      expect(head).toMatch(new RegExp(`^Host: 127.0.0.1:${port}$`, 'm'))
      expect(bodyBytes).toBe(contentLength)
    }
  })

  it('U-17 from https: to http: on this machine is one to another origin', async () => {
    const target = await startRawServer()
    const tls = await createCertificate()
    const start = await startRawServer(answering(answer(307, `Location: ${target.url}`), { tls }))
    const filePath = await createTempFile('content')
    const wx = createWx({ ca: tls.cert })
    expect(await upload(wx, { url: start.url, filePath, header })).toMatchObject(ok)
    expect(target.exchanges[0]?.head).not.toMatch(/secret/)
  })

  it('U-11 U-17 carries the Referer that is configured, wherever it leads', async () => {
    const target = await startRawServer()
    const start = await startRawServer(answering(answer(303, `Location: ${target.url}`)))
    const referer = { appid: 'wx1', version: '1' }
    const filePath = await createTempFile('content')
    await upload(createWx({ referer }), { url: start.url, filePath })
    expect(target.exchanges[0]?.head).toMatch(
      /^Referer: https:\/\/servicewechat\.com\/wx1\/1\/page-frame\.html$/m,
    )
  })

  it.each([
    ['next?a=1', '/next?a=1'],
    ['/a/../next#part', '/next'],
    ['?a=1', '/upload?a=1'],
    // As servers send it: the bytes of UTF-8.
    [Buffer.from('/下一个').toString('latin1'), '/%E4%B8%8B%E4%B8%80%E4%B8%AA'],
  ])('U-17 may have a relative Location: %j', async (location, path) => {
    const server = await startRawServer(answering(answer(303, `location:${location}`)))
    const filePath = await createTempFile('content')
    expect(await upload(createWx(), { url: server.url, filePath })).toMatchObject(ok)
    expect(server.exchanges.map(pathOf)).toEqual(['/upload', path])
  })

  it.each([300, 304, 305, 306, 307, 399])(
    'U-17 U-20 is none, but an answer, by %d where it asks for nothing else',
    async (status) => {
      // 307 is the one that would be, with a Location.
      const fields = status === 307 ? [] : ['Location: /next']
      const server = await startRawServer(answering(answer(status, ...fields)))
      const filePath = await createTempFile('content')
      const watched = startUpload(createWx(), { url: server.url, filePath })
      expect(await watched.ended).toMatchObject({ statusCode: status, errMsg: 'uploadFile:ok' })
      expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
      expect(server.exchanges).toHaveLength(1)
    },
  )
})

describe('where a redirect may lead', () => {
  it.each([
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'https://',
    'http://192.0.2.1/',
    'http://user:password@127.0.0.1/',
    '//user@127.0.0.1/',
    '/one\r\nLocation: /two',
  ])('U-07 U-17 not to %j: errno 600009, and a warning says why', async (location) => {
    const server = await startRawServer(answering(answer(302, `Location: ${location}`)))
    const warnings: string[] = []
    const wx = createWx({ warn: (text) => void warnings.push(text) })
    const watched = startUpload(wx, { url: server.url, filePath: await createTempFile('content') })
    expect(await watched.ended).toEqual(invalidUrl)
    expect(eventTypes(watched)).toEqual(['progress', 'fail', 'complete'])
    expect(server.exchanges).toHaveLength(1)
    await expect.poll(() => server.openCount()).toBe(0)
    expect(warnings).toEqual([
      expect.stringMatching(
        /^uploadFile: a redirect of http:\/\/127\.0\.0\.1:\d+ is not followed: \w/,
      ),
    ])
  })

  it('U-07 U-17 to http: elsewhere with `urlCheck: false` alone', async () => {
    const target = await startRawServer()
    // An address of this machine that is not written as one.
    const location = `http://[::ffff:127.0.0.1]:${target.port}/`
    const server = await startRawServer(answering(answer(307, `Location: ${location}`)))
    const option = { url: server.url, filePath: await createTempFile('content') }
    const warn = () => undefined
    expect(await upload(createWx({ warn }), option)).toEqual(invalidUrl)
    expect(target.sockets).toHaveLength(0)
    expect(await upload(createWx({ urlCheck: false }), option)).toMatchObject(ok)
  })

  it('U-08 U-17 to origins of the domain list alone', async () => {
    const target = await startRawServer()
    const server = await startRawServer(answering(answer(307, `Location: ${target.url}`)))
    const option = { url: server.url, filePath: await createTempFile('content') }
    const domains = [new URL(server.url).origin]
    const warnings: string[] = []
    const strict = createWx({ domains, warn: (text) => void warnings.push(text) })
    expect(await upload(strict, option)).toEqual(notListed)
    expect(warnings).toHaveLength(1)
    expect(target.sockets).toHaveLength(0)
    const both = createWx({ domains: [...domains, new URL(target.url).origin] })
    expect(await upload(both, option)).toMatchObject(ok)
  })

  it.each([307, 303])('U-17 twenty times and no more, by %d: errno 600008', async (status) => {
    const server = await startRawServer({
      onWhole: ({ socket }) => void socket.write(answer(status, 'Location: /upload')),
    })
    const watched = startUpload(createWx({ warn: () => undefined }), {
      url: server.url,
      filePath: await createTempFile('content'),
    })
    expect(await watched.ended).toEqual(tooMany)
    expect(eventTypes(watched)).toEqual(['progress', 'fail', 'complete'])
    expect(server.exchanges).toHaveLength(21)
    expect(server.sockets).toHaveLength(1)
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it('U-22 to where nobody listens: the network error of that', async () => {
    const server = await startRawServer(answering(answer(307, 'Location: http://127.0.0.1:9/')))
    const filePath = await createTempFile('content')
    const errMsg = 'uploadFile:fail upload fail:-102:net::ERR_CONNECTION_REFUSED'
    expect(await upload(createWx(), { url: server.url, filePath })).toMatchObject({ errMsg })
  })
})

describe('what is reported of a redirected upload', () => {
  it.each([307, 303])('U-24 the header of the final answer alone, after %d', async (status) => {
    const fields = ['Location: /next', 'Set-Cookie: a=1', 'X-First: 1']
    const server = await startRawServer(answering(answer(status, ...fields)))
    const filePath = await createTempFile('content')
    const watched = startUpload(createWx(), { url: server.url, filePath })
    expect(await watched.ended).toMatchObject({ ...ok, cookies: [] })
    expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
    expect(watched.events.find(({ type }) => type === 'headers')).toEqual({
      type: 'headers',
      headers: { statusCode: 200, header: { 'Content-Length': '2' }, cookies: [] },
    })
  })

  it('U-23 the count starts over after a 307, and goes no further after a 303', async () => {
    for (const [status, hundreds] of [
      [307, 2],
      [303, 1],
    ] as const) {
      const server = await startRawServer(answering(answer(status, 'Location: /next')))
      const filePath = await createTempFile(Buffer.alloc(500_000))
      const watched = startUpload(createWx(), { url: server.url, filePath })
      await watched.ended
      const sent = progressEvents(watched)
      expect(sent.filter(({ progress }) => progress === 100)).toHaveLength(hundreds)
      expect(sent.at(-1)?.progress).toBe(100)
      const total = server.exchanges[0]?.contentLength
      expect(new Set(sent.map((event) => event.totalBytesExpectedToSend))).toEqual(new Set([total]))
    }
  })

  it('U-30 profile tells when the redirects began and ended, and the times of the last request', async () => {
    const server = await startRawServer(answering(answer(307, 'Location: /next')))
    const filePath = await createTempFile('content')
    const result = await upload(createWx(), { url: server.url, filePath })
    if (!('profile' in result)) throw new Error(result.errMsg)
    const { profile } = result
    const order = [
      profile.queueEnd,
      profile.redirectStart,
      profile.redirectEnd,
      profile.fetchStart,
      profile.responseStart,
      profile.responseEnd,
    ]
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(profile.socketReused).toBe(true)
    const direct = await upload(createWx(), { url: `${server.url}/other`, filePath })
    expect(direct).toMatchObject({ profile: { redirectStart: 0, redirectEnd: 0 } })
  })
})
