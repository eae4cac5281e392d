import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createWx, type NodeWxConfig } from '../../node.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, startUpload } from './upload.fixture.ts'

/** Uploads to a server that answers with these bytes, and may close then. */
async function receive(
  response: readonly (string | Uint8Array)[],
  {
    config = {},
    after = 'stay',
  }: { config?: NodeWxConfig; after?: 'stay' | 'close' | 'reset' } = {},
) {
  const server = await startRawServer({
    onWhole: ({ socket }) => {
      const bytes = Buffer.concat(response.map((part) => Buffer.from(part)))
      socket.write(bytes, () => {
        if (after === 'close') socket.end()
        if (after === 'reset') socket.resetAndDestroy()
      })
    },
  })
  const filePath = await createTempFile('content')
  const watched = startUpload(createWx(config), { url: server.url, filePath })
  return { server, watched, result: await watched.ended }
}

const withLength = (body: Uint8Array | string, header = '', status = '200 OK') => [
  `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${header}\r\n`,
  body,
]

const chunked = (...chunks: string[]) =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join('')}`

const failed = (detail: string) => ({
  errMsg: `uploadFile:fail upload fail:${detail}`,
  errno: 600001,
})

describe('any response is a success', () => {
  it.each([200, 201, 202, 206, 226, 300, 305, 400, 401, 404, 413, 429, 500, 503, 511, 599])(
    'U-20 with status %i',
    async (status) => {
      const { result } = await receive(withLength('told', '', `${status} Whatever`))
      expect(result).toMatchObject({ statusCode: status, data: 'told', errMsg: 'uploadFile:ok' })
    },
  )

  it.each(['204 No Content', '304 Not Modified'])(
    'U-20 with status %s, without a body',
    async (status) => {
      const { result } = await receive([`HTTP/1.1 ${status}\r\n\r\n`])
      expect(result).toMatchObject({ statusCode: Number.parseInt(status, 10), data: '' })
    },
  )

  it.each([
    ['that is empty', withLength(''), ''],
    ['in chunks', [chunked('one, ', 'two', '')], 'one, two'],
    ['with one byte order mark removed', withLength('\uFEFF\uFEFFtext'), '\uFEFFtext'],
    [
      'with what is no UTF-8 replaced',
      withLength(Buffer.from([0x61, 0xff, 0xe5, 0x62])),
      'a\uFFFD\uFFFDb',
    ],
    ['of another type', withLength('{"a":1}', 'Content-Type: application/json\r\n'), '{"a":1}'],
    [
      'that says it is Latin-1',
      withLength('é', 'Content-Type: text/plain; charset=latin1\r\n'),
      'é',
    ],
    ['with a NUL', withLength('a\0b'), 'a\0b'],
  ])('U-20 with a body %s', async (_what, response, data) => {
    expect((await receive(response)).result).toMatchObject({ statusCode: 200, data })
  })

  it.each([
    ['HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'],
    ['HTTP/1.0 200 OK\r\n\r\n'],
    ['HTTP/1.1 200\r\n\r\n'],
  ])('U-21 with a body that ends with the connection: %j', async (head) => {
    const { result } = await receive([head, 'to the end'], { after: 'close' })
    expect(result).toMatchObject({ statusCode: 200, data: 'to the end' })
  })

  it('U-20 with a character cut in two by the network', async () => {
    const bytes = Buffer.from('内容')
    const server = await startRawServer({
      onWhole: ({ socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`)
        for (const byte of bytes) setImmediate(() => void socket.write(Buffer.of(byte)))
      },
    })
    const filePath = await createTempFile('content')
    const { ended } = startUpload(createWx(), { url: server.url, filePath })
    expect(await ended).toMatchObject({ data: '内容' })
  })
})

describe('what comes after a whole response', () => {
  it.each([
    ['more data', `${withLength('ok').join('')}, and more than that`],
    ['another response', withLength('ok').join('').repeat(2)],
  ])('U-20 changes nothing, and ends the connection: %s', async (_what, response) => {
    const { server, result } = await receive([response])
    expect(result).toMatchObject({ statusCode: 200, data: 'ok' })
    await expect.poll(() => server.openCount()).toBe(0)
  })
})

describe('an encoded response', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('U-20 is decoded: %s', async (encoding, encode) => {
    const response = withLength(encode('the text'), `Content-Encoding: ${encoding}\r\n`)
    expect((await receive(response)).result).toMatchObject({ data: 'the text' })
  })

  it.each(['gzip', 'deflate', 'br'])('U-20 may be empty: %s', async (encoding) => {
    const header = `Content-Encoding: ${encoding}\r\n`
    expect((await receive(withLength('', header))).result).toMatchObject({ data: '' })
    const noContent = await receive([`HTTP/1.1 204 No Content\r\n${header}\r\n`])
    expect(noContent.result).toMatchObject({ statusCode: 204, data: '' })
  })

  it.each([
    ['gzip', 'no gzip'],
    ['gzip', gzipSync('the text').subarray(0, -9)],
    ['deflate', 'no deflate'],
    ['br', 'no brotli'],
    ['br', brotliCompressSync('the text').subarray(0, -2)],
  ])('U-22 that cannot be decoded is -330: %s', async (encoding, body) => {
    const { server, watched, result } = await receive(
      withLength(body, `Content-Encoding: ${encoding}\r\n`),
    )
    expect(result).toEqual(failed('-330:net::ERR_CONTENT_DECODING_FAILED'))
    expect(eventTypes(watched)).toEqual(['progress', 'headers', 'fail', 'complete'])
    expect(server.exchanges).toHaveLength(1)
  })

  it('U-22 that is broken early in a long body is -330, and the connection is closed', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1000000\r\n\r\n'
    const { server, result } = await receive([head, 'x'.repeat(100_000)])
    expect(result).toEqual(failed('-330:net::ERR_CONTENT_DECODING_FAILED'))
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it('U-21 that grows beyond the limit fails without taking more memory than that', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    const before = process.memoryUsage.rss()
    const { result } = await receive(withLength(bomb, 'Content-Encoding: gzip\r\n'), {
      config: { maxResponseBytes: 1024 * 1024 },
    })
    expect(result).toEqual({
      errMsg: 'uploadFile:fail response exceeds 1048576 bytes',
      errno: 602300,
    })
    expect(process.memoryUsage.rss() - before).toBeLessThan(32 * 1024 * 1024)
  })
})

describe('a response that is too large', () => {
  const config = { maxResponseBytes: 10 }

  it('U-21 fails, and the connection is closed', async () => {
    const { server, watched, result } = await receive(withLength('x'.repeat(1_000_000)), { config })
    expect(result).toEqual({ errMsg: 'uploadFile:fail response exceeds 10 bytes', errno: 602300 })
    expect(eventTypes(watched)).toEqual(['progress', 'headers', 'fail', 'complete'])
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it('U-21 is not waited for: an endless one fails at the limit', async () => {
    const { server, result } = await receive([chunked('12345678901')], { config })
    expect(result).toMatchObject({ errno: 602300 })
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it('U-21 may be as long as the limit', async () => {
    expect((await receive(withLength('1234567890'), { config })).result).toMatchObject({
      statusCode: 200,
    })
  })
})

describe('a response that is cut short', () => {
  it.each([
    [
      'before its Content-Length',
      'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf',
      '-354:net::ERR_CONTENT_LENGTH_MISMATCH',
    ],
    [
      'before the first byte of its body',
      'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n',
      '-354:net::ERR_CONTENT_LENGTH_MISMATCH',
    ],
    ['before its last chunk', chunked('half'), '-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING'],
    ['in a chunk', chunked('half').slice(0, -4), '-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING'],
    [
      'by a chunk without a size',
      `${chunked('half')}zz\r\n`,
      '-321:net::ERR_INVALID_CHUNKED_ENCODING',
    ],
    [
      'by a chunk that is longer than its size',
      `${chunked('half')}2\r\nlong`,
      '-321:net::ERR_INVALID_CHUNKED_ENCODING',
    ],
  ])('U-21 %s is a failure', async (_where, response, detail) => {
    const { watched, result } = await receive([response], { after: 'close' })
    expect(result).toEqual(failed(detail))
    expect(eventTypes(watched)).toEqual(['progress', 'headers', 'fail', 'complete'])
  })

  it('U-21 and encoded is told by what was cut, not by the decoder', async () => {
    const body = gzipSync('the text')
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.length}\r\n\r\n`
    const { result } = await receive([head, body.subarray(0, -4)], { after: 'close' })
    expect(result).toEqual(failed('-354:net::ERR_CONTENT_LENGTH_MISMATCH'))
  })

  it('U-21 by a reset is a failure', async () => {
    const { result } = await receive(['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'], {
      after: 'reset',
    })
    expect(result).toEqual(failed('-354:net::ERR_CONTENT_LENGTH_MISMATCH'))
  })
})

describe('the header of a response', () => {
  it('U-24 has its names as they came, repeated ones joined, each cookie by itself', async () => {
    const { watched, result } = await receive([
      'HTTP/1.1 200 OK\r\nX-CaSe: 1\r\nx-case: 2\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\n',
      '__proto__: x\r\nconstructor: y\r\nContent-Length: 2\r\n\r\nok',
    ])
    const header = 'header' in result ? result.header : {}
    expect(Object.entries(header)).toEqual([
      ['X-CaSe', '1, 2'],
      ['Set-Cookie', 'a=1; Path=/, b=2'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['Content-Length', '2'],
    ])
    const cookies = ['a=1; Path=/', 'b=2']
    expect(result).toMatchObject({ cookies })
    const heard = watched.events.find(({ type }) => type === 'headers')
    expect(heard).toEqual({ type: 'headers', headers: { header, statusCode: 200, cookies } })
  })

  it('U-24 is told once, after the progress and before success', async () => {
    const { watched } = await receive(withLength('ok'))
    expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
  })
})
