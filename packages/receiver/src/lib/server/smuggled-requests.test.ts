import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer } from '../../server.ts'
import {
  contentType,
  eventually,
  filesBelow,
  multipartBody,
  patiently,
  RawClient,
  temporaryFolder,
} from '../receiver.fixture.ts'
import {
  endHeaders,
  endStream,
  formatFields,
  formatFrame,
  preface,
  requestFields,
} from './http2-frames.fixture.ts'
import { openTls, startSecureServer } from './secure-server.fixture.ts'

const form = multipartBody([{ name: 'x', body: '1' }]).toString()
const size = form.length
const hexSize = size.toString(16)
const chunked = `${hexSize}\r\n${form}\r\n0\r\n\r\n`
const next = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** An upload with these lines in its head, and what follows the head. */
function upload(lines: readonly string[], body: string, version = '1.1'): string {
  const head = ['Host: localhost', `Content-Type: ${contentType}`, ...lines]
  return `POST /upload HTTP/${version}\r\n${head.join('\r\n')}\r\n\r\n${body}`
}

const te = 'Transfer-Encoding'
const cl = 'Content-Length'

// What two servers, one before the other, could take for requests of different lengths.
const ambiguous: readonly (readonly [shape: string, request: string])[] = [
  [`${cl} and ${te}`, upload([`${cl}: ${size}`, `${te}: chunked`], chunked)],
  [`${te} and ${cl}`, upload([`${te}: chunked`, `${cl}: 4`], chunked)],
  [`two ${cl}s`, upload([`${cl}: ${size}`, `${cl}: ${size + 5}`], form)],
  [`the same ${cl} twice`, upload([`${cl}: ${size}`, `${cl}: ${size}`], form)],
  [`a list of ${cl}s`, upload([`${cl}: ${size}, ${size}`], form)],
  [`a ${cl} with a sign`, upload([`${cl}: +${size}`], form)],
  [`a negative ${cl}`, upload([`${cl}: -1`], form)],
  [`a hexadecimal ${cl}`, upload([`${cl}: 0x10`], form)],
  [`a ${cl} of 23 digits`, upload([`${cl}: 99999999999999999999999`], form)],
  [`a space before the colon of ${cl}`, upload([`${cl} : ${size}`], form)],
  [`a space before the colon of ${te}`, upload([`${te} : chunked`], chunked)],
  [`a folded ${te}`, upload([`${te}:\r\n chunked`], chunked)],
  ['a folded header', upload(['X: 1', ` ${cl}: 3`, `${cl}: ${size}`], form)],
  ['line feeds alone', upload([`${cl}: ${size}`], '').replaceAll('\r\n', '\n') + form],
  ['one line feed alone', upload([`X: 1\n${cl}: 3`, `${cl}: ${size}`], form)],
  ['a carriage return alone', upload([`X: 1\r${cl}: 3`, `${cl}: ${size}`], form)],
  ['a NUL', upload(['X: 1\0', `${cl}: ${size}`], form)],
  [
    'a chunk extension of 20 kB',
    upload([`${te}: chunked`], chunked.replace('\r', `;${'a'.repeat(20_000)}\r`)),
  ],
  [
    'a chunk extension that ends in a line feed',
    upload([`${te}: chunked`], chunked.replace('\r\n', ';a\n')),
  ],
  [
    'a chunk size that ends in a line feed',
    upload([`${te}: chunked`], chunked.replace('\r\n', '\n')),
  ],
  ['a space after a chunk size', upload([`${te}: chunked`], chunked.replace('\r\n', ' \r\n'))],
  ['a chunk size with 0x', upload([`${te}: chunked`], `0x${chunked}`)],
  ['a chunk size of 18 digits', upload([`${te}: chunked`], `ffffffffffffffffff\r\n${form}`)],
  [`${te}: xchunked`, upload([`${te}: xchunked`], chunked)],
  [`${te}: identity`, upload([`${te}: identity`], chunked)],
  [`${te}: chunked, identity`, upload([`${te}: chunked, identity`], chunked)],
  [`${te} twice`, upload([`${te}: chunked`, `${te}: chunked`], chunked)],
  [`${te} in HTTP/1.0`, upload([`${te}: chunked`], chunked, '1.0')],
  [
    `a ${cl} in a trailer`,
    upload([`${te}: chunked`], chunked.replace(/\r\n$/, `${cl}: 5\r\n\r\n`)),
  ],
  [`a ${cl} that is too short`, upload([`${cl}: ${size - 10}`], form)],
  ['garbage between two requests', `garbage \0\r\n\r\n${upload([`${cl}: ${size}`], form)}`],
]

// What can be read in one way alone, and is refused by itself.
const refused: readonly (readonly [shape: string, request: string])[] = [
  ['two Hosts', upload(['Host: evil.example', `${cl}: ${size}`], form)],
  [`${te}: gzip, chunked`, upload([`${te}: gzip, chunked`], chunked)],
]

const valid: readonly (readonly [shape: string, request: string])[] = [
  ['chunks', upload([`${te}: chunked`], chunked)],
  ['a chunk extension', upload([`${te}: chunked`], chunked.replace('\r\n', ';a="b"\r\n'))],
  ['a trailer', upload([`${te}: chunked`], chunked.replace(/\r\n$/, 'X: 1\r\n\r\n'))],
  [
    'an absolute address',
    upload([`${cl}: ${size}`], form).replace('/upload', 'http://localhost/upload'),
  ],
]

describe('R-04 a request', () => {
  it.each(ambiguous)(
    'with %s is refused, and nothing of what follows is a request',
    async (_, request) => {
      const { port, folder } = await startServer()
      const client = new RawClient(port)
      client.send(Buffer.from(request + next, 'latin1'))
      await expect.poll(() => client.isClosed, patiently).toBe(true)
      expect(client.received).toMatch(/^HTTP\/1\.1 400 .*"type":"urn:wx-upload:problem:malformed"/s)
      expect(client.received).not.toContain('HTTP/1.1 404')
      expect(await filesBelow(folder)).toEqual([])
    },
  )

  it.each(refused)('with %s is refused', async (_, request) => {
    const { port, folder } = await startServer()
    const client = new RawClient(port)
    client.send(request)
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/^HTTP\/1\.1 400 .*problem:malformed"/s)
    expect(await filesBelow(folder)).toEqual([])
  })

  it.each(valid)('with %s is taken, and the next one too', async (_, request) => {
    const { port } = await startServer()
    const client = new RawClient(port)
    client.send(request + next)
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/^HTTP\/1\.1 200 .*"fields":\{"x":"1"\}.*HTTP\/1\.1 404 .*smuggled/s)
  })

  it('by HTTP/2 that would be two behind a proxy for HTTP/1.1 is reset', async () => {
    const server = await startSecureServer()
    const socket = await openTls(server, 'h2')
    const received: Buffer[] = []
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    const heads: readonly Buffer[] = [
      fieldsOfUpload([['transfer-encoding', 'chunked']]),
      fieldsOfUpload([['connection', 'keep-alive']]),
      fieldsOfUpload([
        ['content-length', '1'],
        ['content-length', '2'],
      ]),
      fieldsOfUpload([[':path', '/other']]),
      requestFields('GET', '/ HTTP/1.1\r\nX: 1'),
      // And less than it announces.
      fieldsOfUpload([['content-length', '1000']]),
    ]
    socket.write(preface)
    for (const [index, payload] of heads.entries()) {
      const stream = 2 * index + 1
      socket.write(formatFrame('headers', { stream, flags: endHeaders, payload }))
      socket.write(formatFrame('data', { stream, flags: endStream, payload: Buffer.from(form) }))
    }
    // [RFC 9113 §8.1.1] PROTOCOL_ERROR, each.
    await eventually('every reset', () =>
      heads.every((_head, index) =>
        Buffer.concat(received).includes(
          Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, 2 * index + 1, 0, 0, 0, 1]),
        ),
      ),
    )
    expect(await filesBelow(server.folder)).toEqual([])
  })
  it.each([
    ['value', ['x', '1\r\ncontent-length: 3']],
    ['name', ['x\r\ncontent-length', '3']],
  ] as const)('by HTTP/2 with a line break in a %s is taken without it', async (_, field) => {
    const server = await startSecureServer()
    const socket = await openTls(server, 'h2')
    const received: Buffer[] = []
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.write(preface)
    const payload = fieldsOfUpload([field])
    socket.write(formatFrame('headers', { stream: 1, flags: endHeaders, payload }))
    socket.write(formatFrame('data', { stream: 1, flags: endStream, payload: Buffer.from(form) }))
    await expect
      .poll(() => Buffer.concat(received).toString('latin1'), patiently)
      .toContain('"fields":{"x":"1"}')
  })
})

function fieldsOfUpload(fields: readonly (readonly [string, string])[]): Buffer {
  return Buffer.concat([
    requestFields('POST', '/upload'),
    formatFields([['content-type', contentType], ...fields]),
  ])
}

async function startServer(): Promise<{ port: number; folder: string }> {
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent' })
  onTestFinished(() => server.close({ graceMs: 0 }))
  const { port } = await server.listen()
  return { port, folder }
}
