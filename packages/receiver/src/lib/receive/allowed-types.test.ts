import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createReceiver, type PendingUpload, wrapUploads } from '../../index.ts'
import { createDiskStorage } from '../../fs.ts'
import {
  filesBelow,
  formatPart,
  halfDone,
  multipartBody,
  patiently,
  post,
  RawClient,
  startReceiver,
  temporaryFolder,
} from '../receiver.fixture.ts'
import { samples, zipOf } from '../types/samples.fixture.ts'

const allowTypes = ['image/*', 'application/pdf', 'text/plain']

describe('POST /upload, with allowTypes', () => {
  it('takes files of these types, large and small, and every byte of them', async () => {
    const { url } = await startReceiver({ allowTypes })
    const large = Buffer.concat([samples.png, Buffer.alloc(3_000_000, 'x')])
    const parts = [
      { name: 'a', fileName: 'large.png', type: 'image/png', body: large },
      { name: 'x', body: 'a field may be anything' },
      { name: 'b', fileName: 'a.pdf', body: '%PDF-1.7\n' },
      { name: 'c', fileName: 'empty.txt' },
      { name: 'd', fileName: '', body: samples.gif },
    ]
    const { status, body } = await post(url, parts)
    expect(status).toBe(200)
    const contents: Buffer[] = []
    for (const file of body.files)
      contents.push(Buffer.from(await (await fetch(file.url)).arrayBuffer()))
    expect(contents.map((content) => content.length)).toEqual([
      large.length,
      9,
      0,
      samples.gif.length,
    ])
    expect(contents[0]?.equals(large)).toBe(true)
  })

  it.each([
    ['a PNG called .exe', 'photo.exe', samples.png, 'its name ends in ".exe"'],
    ['a program called .png', 'photo.png', samples.exe, 'its content is application/x-msdownload'],
    ['HTML called .jpg', 'a.jpg', '<html><script>alert(1)</script>', 'its content is text/html'],
    ['an archive called .png', 'a.png', zipOf('a', 'a'), 'its content is application/zip'],
    ['an empty image', 'a.png', '', 'its content is text'],
    ['a large one', 'a.png', 'x'.repeat(3_000_000), 'its content is text'],
  ])('R-03 answers 415 to %s, and leaves nothing', async (_what, fileName, content, found) => {
    const { url, folder, lines } = await startReceiver({ allowTypes })
    const { status, body } = await post(url, [
      { name: 'ok', fileName: 'ok.png', body: samples.png },
      { name: 'f', fileName, body: content },
    ])
    expect(status).toBe(415)
    expect(body).toMatchObject({
      type: 'urn:wx-upload:problem:type-not-allowed',
      detail: `Receiving a file: ${found}, and this server takes image/*, application/pdf, text/plain`,
    })
    expect(await filesBelow(folder)).toEqual([])
    expect(await halfDone(folder)).toEqual([])
    expect(lines).toMatchObject([{ fields: { outcome: 'type-not-allowed' } }])
  })

  it('answers as soon as the first bytes have come, before it has written any', async () => {
    const { port, folder } = await startReceiver({ allowTypes })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 10_000_000 })
    client.send(formatPart({ name: 'f', fileName: 'a.png', body: 'x'.repeat(4100) }))
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/^HTTP\/1\.1 415 .*type-not-allowed/s)
    expect(await filesBelow(folder)).toEqual([])
  })

  it('R-02 leaves nothing where the client leaves before there is enough to tell', async () => {
    const { port, folder, lines } = await startReceiver({ allowTypes })
    const client = new RawClient(port)
    client.sendHead({ 'Transfer-Encoding': 'chunked' })
    // More chunks than are gathered for one call of the storage, and fewer bytes than tell a type.
    const part = formatPart({ name: 'f', fileName: 'a.png', body: samples.png }).subarray(0, -2)
    client.send(`${part.length.toString(16)}\r\n`)
    client.send(Buffer.concat([part, Buffer.from('\r\n')]))
    client.send('1\r\nx\r\n'.repeat(2500))
    client.socket.end()
    await expect.poll(() => lines.length, patiently).toBe(1)
    expect(lines).toMatchObject([{ fields: { outcome: 'aborted' } }])
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-02 leaves nothing where a file is refused while the one before it is still being written', async () => {
    const folder = await temporaryFolder()
    const slow = new EventEmitter()
    const storage = wrapUploads(createDiskStorage(folder, { durability: 'none' }), (upload) => ({
      ...bindUpload(upload),
      createFile(sentName) {
        const file = upload.createFile(sentName)
        return {
          storedAs: file.storedAs,
          async write(chunks) {
            const released = once(slow, 'release')
            slow.emit('writing')
            await released
            await file.write(chunks)
          },
          end: () => file.end(),
        }
      },
    }))
    const { url, lines } = await startReceiver({ storage, allowTypes })
    const writing = once(slow, 'writing')
    const answer = post(url, [
      { name: 'a', fileName: 'a.png', body: samples.png },
      { name: 'b', fileName: 'b.png', body: samples.exe },
    ])
    await writing
    // The second file has come with the first, and what it is has been found by then.
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    slow.emit('release')
    expect((await answer).status).toBe(415)
    expect(lines).toMatchObject([{ fields: { outcome: 'type-not-allowed' } }])
    expect(await filesBelow(folder)).toEqual([])
  })

  it('R-05 tells the type of a file that comes a byte at a time', async () => {
    const { port } = await startReceiver({ allowTypes })
    for (const [begin, status] of [
      [samples.png, 200],
      [samples.exe, 415],
    ] as const) {
      const client = new RawClient(port)
      client.sendHead({ 'Transfer-Encoding': 'chunked' })
      const body = Buffer.concat([begin, Buffer.alloc(12_000, 'x')])
      for (const byte of multipartBody([{ name: 'f', fileName: 'a.png', body }])) {
        client.send(Buffer.from([0x31, 13, 10, byte, 13, 10]))
      }
      client.send('0\r\n\r\n')
      await expect.poll(() => client.received, patiently).toMatch(`HTTP/1.1 ${status} `)
    }
  })

  it.each([[[]], [['*/*']], [['image']], ['image/*']])('refuses the list %j', (list) => {
    const storage = createDiskStorage('nowhere')
    // @ts-expect-error A list of texts is asked for.
    expect(() => createReceiver({ storage, allowTypes: list as unknown })).toThrow(TypeError)
  })
})

function bindUpload(upload: PendingUpload): PendingUpload {
  return {
    createFile: (sentName) => upload.createFile(sentName),
    seal: (draft) => upload.seal(draft),
    discard: () => upload.discard(),
  }
}
