import { appendFile, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import {
  eventually,
  openFilesBelow,
  post,
  startReceiver,
  temporaryFolder,
  type TestPart,
  patiently,
} from '../receiver.fixture.ts'
import { uploadDay } from '../storage/upload-id.ts'

describe('GET /uploads/:id/files/:n', () => {
  it('R-07 serves the whole file with its length, its checksum as ETag, and its name', async () => {
    const response = await fetch(
      await uploaded({ fileName: '照片.png', type: 'image/png', body: '0123456789' }),
    )
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-disposition': `inline; filename="??.png"; filename*=UTF-8''%E7%85%A7%E7%89%87.png`,
      'content-length': '10',
      'content-type': 'image/png',
      etag: '"84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"',
      'x-content-type-options': 'nosniff',
    })
    expect(await response.text()).toBe('0123456789')
  })

  it.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=0-1,4-5', 200, '0123456789', null],
    ['lines=1-2', 200, '0123456789', null],
    ['bytes=x', 200, '0123456789', null],
  ])('R-07 answers Range: %s with %i', async (range, status, text, contentRange) => {
    const response = await fetch(await uploaded({ body: '0123456789' }), {
      headers: { Range: range },
    })
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Range')).toBe(contentRange)
    expect(response.headers.get('Content-Length')).toBe(String(text.length))
    expect(await response.text()).toBe(text)
  })

  it('R-07 answers 416 with the true length to a range the file does not have', async () => {
    const url = await uploaded({ body: '0123456789' })
    const response = await fetch(url, { headers: { Range: 'bytes=10-' } })
    expect(response.status).toBe(416)
    expect(response.headers.get('Content-Range')).toBe('bytes */10')
    expect(await response.json()).toMatchObject({
      type: 'urn:wx-upload:problem:range-not-satisfiable',
    })
    const empty = await fetch(await uploaded({ body: '' }), { headers: { Range: 'bytes=0-' } })
    expect(empty.status).toBe(416)
  })

  it('R-07 honours If-Range: the part of the same file, the whole of another', async () => {
    const url = await uploaded({ body: '0123456789' })
    const etag = (await fetch(url)).headers.get('ETag') ?? ''
    const same = await fetch(url, { headers: { Range: 'bytes=0-1', 'If-Range': etag } })
    expect([same.status, await same.text()]).toEqual([206, '01'])
    const other = await fetch(url, { headers: { Range: 'bytes=0-1', 'If-Range': '"other"' } })
    expect([other.status, await other.text()]).toEqual([200, '0123456789'])
  })

  it('R-07 answers 304 to a client that has the file', async () => {
    const url = await uploaded({ body: '0123456789' })
    const etag = (await fetch(url)).headers.get('ETag') ?? ''
    const response = await fetch(url, { headers: { 'If-None-Match': `"x", W/${etag}` } })
    expect([response.status, await response.text()]).toEqual([304, ''])
    expect(response.headers.get('ETag')).toBe(etag)
    expect(response.headers.get('Cache-Control')).toBe('private, no-cache')
  })

  it('R-07 answers HEAD with the same headers and no body', async () => {
    const url = await uploaded({ body: '0123456789' })
    const [head, get] = await Promise.all([fetch(url, { method: 'HEAD' }), fetch(url)])
    expect(head.headers.get('Content-Length')).toBe('10')
    expect(head.headers.get('ETag')).toBe(get.headers.get('ETag'))
    expect(await head.text()).toBe('')
  })

  it.each(['bytes=2-4', 'bytes=10-'])(
    'R-07 answers HEAD of the whole file to Range: %s',
    async (range) => {
      const url = await uploaded({ body: '0123456789' })
      const { status, headers } = await fetch(url, { method: 'HEAD', headers: { Range: range } })
      expect([status, headers.get('Content-Length'), headers.get('Content-Range')]).toEqual([
        200,
        '10',
        null,
      ])
    },
  )

  it.each([
    ['image/png', 'image/png', 'inline'],
    ['IMAGE/JPEG; a=b', 'image/jpeg', 'inline'],
    ['video/mp4', 'video/mp4', 'inline'],
    ['text/plain', 'text/plain; charset=utf-8', 'inline'],
    ['application/pdf', 'application/pdf', 'attachment'],
    ['application/json', 'application/json', 'attachment'],
    ['text/html', 'application/octet-stream', 'attachment'],
    ['text/html;charset=utf-8', 'application/octet-stream', 'attachment'],
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['image/svg', 'application/octet-stream', 'attachment'],
    ['application/xhtml+xml', 'application/octet-stream', 'attachment'],
    ['text/xml', 'application/octet-stream', 'attachment'],
    ['text/javascript', 'application/octet-stream', 'attachment'],
    ['text/css', 'application/octet-stream', 'attachment'],
    ['multipart/x-mixed-replace; boundary=x', 'application/octet-stream', 'attachment'],
    ['image/png, text/html', 'application/octet-stream', 'attachment'],
    ['nonsense', 'application/octet-stream', 'attachment'],
  ])(
    'R-07 serves what was sent as %s as %s, %s, where nothing can run',
    async (sent, type, disposition) => {
      const response = await fetch(
        await uploaded({ type: sent, body: '<script>alert(1)</script>' }),
      )
      expect(response.headers.get('Content-Type')).toBe(type)
      expect(response.headers.get('Content-Disposition')).toMatch(new RegExp(`^${disposition};`))
      expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
      const policy = response.headers.get('Content-Security-Policy')
      expect(policy).toContain('sandbox;')
      expect(policy).toContain("default-src 'none'")
      expect(policy).not.toContain('script')
    },
  )

  it.each([
    // [MIME Sniffing §4.6] All that a browser takes for JavaScript.
    ...['ecmascript', 'javascript', 'x-ecmascript', 'x-javascript'].map(
      (name) => `application/${name}`,
    ),
    ...['ecmascript', 'javascript', 'jscript', 'livescript', 'x-ecmascript', 'x-javascript'].map(
      (name) => `text/${name}`,
    ),
    ...['0', '1', '2', '3', '4', '5'].map((minor) => `text/javascript1.${minor}`),
    'TEXT/JavaScript; charset=utf-8',
    'module',
    'text/css',
    'application/wasm',
    'application/manifest+json',
    undefined,
  ])('R-07 serves a script that was sent as %s as no script to any page', async (type) => {
    const part = { fileName: 'code.js', body: 'alert(1)' }
    const response = await fetch(await uploaded(type === undefined ? part : { ...part, type }))
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename=code.js',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it.each([
    ['image/png', 'cross-origin'],
    ['video/mp4', 'cross-origin'],
    ['audio/mpeg', 'cross-origin'],
    ['image/svg+xml', 'same-origin'],
    ['text/plain', 'same-origin'],
    ['application/json', 'same-origin'],
    ['application/pdf', 'same-origin'],
  ])('R-07 lets pages show a file sent as %s: %s', async (type, policy) => {
    const response = await fetch(await uploaded({ type, body: 'x' }))
    expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe(policy)
  })

  it('R-07 never writes the sent name or type into a header as they are', async () => {
    const response = await fetch(
      await uploaded({ fileName: 'a%0D%0AX-Evil: 1%22.png', type: 'image/png', body: 'x' }),
    )
    expect(response.headers.get('X-Evil')).toBeNull()
    expect(response.headers.get('Content-Disposition')).toBe('inline; filename="aX-Evil_ 1_.png"')
  })

  it.each(['1', '-1', '00x', '1e0', '99999999999'])(
    'answers 404 for the file %s of an upload that has one',
    async (n) => {
      const url = await uploaded({ body: 'x' })
      expect((await fetch(url.replace(/0$/, n))).status).toBe(404)
    },
  )

  it.each([
    ['damaged', 500, 'upload-damaged', (path: string) => appendFile(path, 'more')],
    ['gone', 404, 'not-found', (path: string) => unlink(path)],
  ])(
    'R-03 answers for a file that is %s with %i and nothing of the file, to HEAD as well',
    async (_what, status, code, harm) => {
      const { url, folder } = await startReceiver()
      const stored = (await post(url, [{ name: 'f', fileName: 'f.png', body: '0123456789' }])).body
      await harm(join(folder, uploadDay(stored.id), stored.id, 'f.png'))
      for (const method of ['GET', 'HEAD']) {
        const response = await fetch(stored.files[0].url, {
          method,
          headers: { Range: 'bytes=1-' },
        })
        expect(response.status).toBe(status)
        expect(response.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8')
        for (const name of ['ETag', 'Content-Range', 'Content-Disposition', 'Accept-Ranges'])
          expect([name, response.headers.get(name)]).toEqual([name, null])
        if (method === 'GET')
          expect(await response.json()).toMatchObject({ type: `urn:wx-upload:problem:${code}` })
      }
    },
  )

  it('R-07 serves an empty file, whole', async () => {
    const response = await fetch(await uploaded({ body: '' }))
    expect([response.status, response.headers.get('Content-Length')]).toEqual([200, '0'])
    expect(await response.text()).toBe('')
  })

  it('leaves no file open after HEAD', async () => {
    const { url, folder } = await startReceiver()
    const { body } = await post(url, [{ name: 'f', fileName: 'f', body: 'x' }])
    expect((await fetch(body.files[0].url, { method: 'HEAD' })).status).toBe(200)
    await expect.poll(() => openFilesBelow(folder), patiently).toBe(0)
  })

  it('breaks the connection, and logs why, when the storage fails in the middle of a file', async () => {
    const storage = createDiskStorage(await temporaryFolder())
    const cause = Object.assign(new Error('EIO: a path'), { code: 'EIO' })
    storage.read = () =>
      Promise.resolve(
        Readable.from(
          (function* () {
            yield Buffer.from('01234')
            throw cause
          })(),
        ),
      )
    const { url, lines } = await startReceiver({ storage })
    const { body } = await post(url, [{ name: 'f', fileName: 'f', body: '0123456789' }])
    await expect(fetch(body.files[0].url).then((answer) => answer.text())).rejects.toThrow(
      'terminated',
    )
    expect(lines.at(-1)).toEqual({
      level: 'error',
      fields: { err: cause, requestId: expect.stringMatching(/^\w{26}$/) },
      message: 'Reading the file f failed: EIO',
    })
  })

  it('closes the file when the client leaves in the middle', async () => {
    const { url, port, folder, lines } = await startReceiver()
    const { body } = await post(url, [
      { name: 'f', fileName: 'large.bin', body: Buffer.alloc(20_000_000) },
    ])
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET /uploads/${body.id}/files/0 HTTP/1.1\r\nHost: x\r\n\r\n`)
    await eventually('the file is open', () => openFilesBelow(folder) === 1)
    socket.destroy()
    await expect.poll(() => openFilesBelow(folder), patiently).toBe(0)
    expect(lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('R-04 closes the connection of a client that takes nothing for idleTimeMs', async () => {
    const { url, port, folder } = await startReceiver({ limits: { idleTimeMs: 50 } })
    const { body } = await post(url, [
      { name: 'f', fileName: 'large.bin', body: Buffer.alloc(20_000_000) },
    ])
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(`GET /uploads/${body.id}/files/0 HTTP/1.1\r\nHost: x\r\n\r\n`)
    await eventually('the file is open', () => openFilesBelow(folder) === 1)
    await expect.poll(() => openFilesBelow(folder), patiently).toBe(0)
  })

  it('R-05 opens one file at a time for a client that asks for many on one connection', async () => {
    const { url, port, folder } = await startReceiver()
    const { body } = await post(url, [
      { name: 'f', fileName: 'large.bin', body: Buffer.alloc(20_000_000) },
    ])
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET /uploads/${body.id}/files/0 HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(10))
    await eventually('a file is open', () => openFilesBelow(folder) > 0)
    // Another client is served in the meantime, so that all of them have been read.
    expect((await fetch(`${url}/uploads`)).status).toBe(200)
    expect(openFilesBelow(folder)).toBe(1)
    socket.destroy()
    await expect.poll(() => openFilesBelow(folder), patiently).toBe(0)
  })
})

async function uploaded(part: Partial<TestPart>): Promise<string> {
  const { url } = await startReceiver()
  const { body } = await post(url, [{ name: 'f', fileName: 'f', ...part }])
  return body.files[0].url
}
