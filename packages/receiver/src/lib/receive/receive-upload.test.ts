import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  formBoundary,
  contentType,
  eventually,
  filesBelow,
  formatPart,
  get,
  halfDone,
  multipartBody,
  openFilesBelow,
  post,
  RawClient,
  readJson,
  startReceiver,
  temporaryFolder,
  patiently,
} from '../receiver.fixture.ts'
import { uploadDay } from '../storage/upload-id.ts'

describe('POST /upload', () => {
  it('R-03 answers with the id, each file and its url, and the fields', async () => {
    const { url, folder, lines } = await startReceiver()
    const answer = await post(url, [
      { name: 'user', body: '小明' },
      { name: 'avatar', fileName: '头像.png', type: 'image/png', body: 'a picture' },
    ])
    const { id } = answer.body
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      files: [
        {
          field: 'avatar',
          name: '头像.png',
          type: 'image/png',
          size: 9,
          sha256: createHash('sha256').update('a picture').digest('hex'),
          url: `${url}/uploads/${id}/files/0`,
        },
      ],
      fields: { user: '小明' },
    })
    expect(await readFile(join(folder, uploadDay(id), id, '头像.png'), 'utf8')).toBe('a picture')
    expect(await (await fetch(answer.body.files[0].url)).text()).toBe('a picture')
    expect(lines).toMatchObject([
      { level: 'info', message: 'upload', fields: { outcome: 'stored', id, files: 1, bytes: 9 } },
    ])
  })

  it('R-01 takes parts in any order, headers inside parts, an empty file, and many files', async () => {
    const { url } = await startReceiver()
    const { body } = await post(url, [
      { name: 'a', fileName: 'a.txt', headers: 'Content-Length: 1\r\n', body: 'a' },
      { name: 'x', headers: 'Content-Type: text/plain; charset=utf-8\r\n', body: '1' },
      { name: 'a', fileName: 'empty.bin' },
      { name: 'b', fileName: 'a.txt', body: 'b' },
      { name: 'y', body: '' },
    ])
    expect(body.files).toMatchObject([
      { field: 'a', name: 'a.txt', type: 'text/plain', size: 1 },
      { field: 'a', name: 'empty.bin', type: 'application/octet-stream', size: 0 },
      { field: 'b', name: 'a.txt', type: 'text/plain', size: 1 },
    ])
    expect(body.fields).toEqual({ x: '1', y: '' })
    const contents: string[] = []
    for (const file of body.files) contents.push(await (await fetch(file.url)).text())
    expect(contents).toEqual(['a', '', 'b'])
  })

  it('R-01 takes a chunked body, cut anywhere', async () => {
    const { port, url } = await startReceiver()
    const client = new RawClient(port)
    client.sendHead({ 'Transfer-Encoding': 'chunked' })
    for (const byte of multipartBody([{ name: 'f', fileName: 'f.txt', body: 'cut anywhere' }])) {
      client.send(Buffer.from([0x31, 13, 10, byte, 13, 10]))
    }
    client.send('0\r\n\r\n')
    await expect.poll(() => client.received, patiently).toMatch(/"size":12,.*\}$/s)
    const { uploads } = (await get(`${url}/uploads`)).body
    expect(await (await fetch(uploads[0].files[0].url)).text()).toBe('cut anywhere')
  })

  it('R-01 takes what curl -F sends', async () => {
    const { url } = await startReceiver()
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'a "b".txt'), 'from curl')
    const { stdout } = await promisify(execFile)(
      'curl',
      ['-s', '-F', 'x=1', '-F', 'f=@"a \\"b\\".txt"', `${url}/upload`],
      { cwd: folder },
    )
    expect(JSON.parse(stdout)).toMatchObject({
      files: [{ field: 'f', name: 'a "b".txt', type: 'text/plain', size: 9 }],
      fields: { x: '1' },
    })
  })

  it('R-01 takes what fetch sends of a FormData', async () => {
    const { url } = await startReceiver()
    const form = new FormData()
    form.append('x', 'line\r\nbreak')
    form.append('f', new File(['from fetch'], '照"片.txt', { type: 'text/x-note' }))
    const { body } = await readJson(await fetch(`${url}/upload`, { method: 'POST', body: form }))
    expect(body).toMatchObject({
      files: [{ name: '照"片.txt', type: 'text/x-note', size: 10 }],
      fields: { x: 'line\r\nbreak' },
    })
  })

  it('leaves out a file input in which nothing was chosen, and takes a nameless file', async () => {
    const { url } = await startReceiver()
    const { body } = await post(url, [
      { name: 'none', fileName: '', type: 'application/octet-stream' },
      { name: 'nameless', fileName: '', body: 'bytes' },
    ])
    expect(body.files).toMatchObject([{ field: 'nameless', name: 'file', size: 5 }])
  })

  it('takes an upload of fields alone', async () => {
    const { url } = await startReceiver()
    expect((await post(url, [{ name: 'a', body: 'b' }])).body).toMatchObject({
      files: [],
      fields: { a: 'b' },
    })
  })

  it('R-03 makes a list of a field that comes more than once, and takes any name for a field', async () => {
    const { url } = await startReceiver()
    const names = ['__proto__', 'constructor', 'a[b][c]', 'toString', '__proto__']
    const { body } = await post(
      url,
      names.map((name, index) => ({ name, body: String(index) })),
    )
    expect(JSON.stringify(body.fields)).toBe(
      '{"__proto__":["0","4"],"constructor":"1","a[b][c]":"2","toString":"3"}',
    )
    const listed = await get(`${url}/uploads/${body.id}`)
    expect(JSON.stringify(listed.body.fields)).toBe(JSON.stringify(body.fields))
  })

  it('leaves out the checksum when told to', async () => {
    const { url } = await startReceiver({ checksum: 'none' })
    const { body } = await post(url, [{ name: 'f', fileName: 'f.txt', body: 'x' }])
    expect(body.files[0].sha256).toBeNull()
    expect((await fetch(body.files[0].url)).headers.get('ETag')).toBe(`"${body.id}-0"`)
  })

  it('R-07 keeps two uploads of one name that arrive at once apart', async () => {
    const { url } = await startReceiver()
    const bodies = ['one'.repeat(100_000), 'two'.repeat(100_000)]
    const answers = await Promise.all(
      bodies.map((body) => post(url, [{ name: 'f', fileName: 'same.txt', body }])),
    )
    for (const [index, { body }] of answers.entries()) {
      expect(await (await fetch(body.files[0].url)).text()).toBe(bodies[index])
    }
  })

  it('takes twenty uploads at once without a warning of a leak', async () => {
    const warnings: Error[] = []
    const collect = (warning: Error) => warnings.push(warning)
    process.on('warning', collect)
    onTestFinished(() => {
      process.off('warning', collect)
    })
    const { url } = await startReceiver()
    const file = { name: 'f', fileName: 'f.txt', body: 'x'.repeat(1_000_000) }
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, [file])))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(warnings).toEqual([])
  })

  it.each([
    '../../etc/passwd',
    String.raw`..\..\windows`,
    String.raw`C:\x`,
    '/etc/passwd',
    'con',
    '.htaccess',
    'upload.json',
    '..',
    'x'.repeat(300),
    '😀'.repeat(100),
    '%2e%2e%2fup',
  ])('R-07 stores a file named %j in the folder of its upload', async (fileName) => {
    const { url, folder } = await startReceiver()
    const { status, body } = await post(url, [{ name: 'f', fileName, body: 'content' }])
    expect(status).toBe(200)
    const files = await filesBelow(folder)
    expect(files).toHaveLength(2)
    for (const file of files)
      expect(file).toMatch(new RegExp(`^${uploadDay(body.id)}/${body.id}/[^/]+$`))
    expect(await (await fetch(body.files[0].url)).text()).toBe('content')
  })

  it('R-02 lists nothing until the whole request has come, and all of it then', async () => {
    const { port, url } = await startReceiver()
    const body = multipartBody([{ name: 'f', fileName: 'f.txt', body: 'x'.repeat(2_000_000) }])
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': body.length })
    client.send(body.subarray(0, -1))
    expect((await get(`${url}/uploads`)).body).toEqual({ uploads: [], next: null })
    client.send(body.subarray(-1))
    await expect.poll(() => client.received, patiently).toMatch(/"size":2000000/)
    expect((await get(`${url}/uploads`)).body.uploads).toHaveLength(1)
  })

  it('R-02 leaves nothing of a connection that breaks, no file and no descriptor', async () => {
    const { port, url, folder, lines } = await startReceiver()
    const body = formatPart({ name: 'f', fileName: 'f.txt', body: 'x'.repeat(3_000_000) })
    const clients = Array.from({ length: 5 }, () => new RawClient(port))
    for (const client of clients) {
      client.sendHead({ 'Content-Length': 10_000_000 })
      client.send(body)
    }
    await eventually('five uploads under way', () => openFilesBelow(folder) === 5)
    for (const client of clients) client.socket.destroy()
    await eventually('five uploads ended', () => lines.length === 5)
    expect(lines.map(({ fields }) => [fields['outcome'], fields['remoteAddress']])).toEqual(
      Array.from({ length: 5 }, () => ['aborted', '127.0.0.1']),
    )
    expect(await filesBelow(folder)).toEqual([])
    expect(await halfDone(folder)).toEqual([])
    expect(openFilesBelow(folder)).toBe(0)
    expect((await get(`${url}/uploads`)).body.uploads).toEqual([])
  })
})

describe('POST /upload, refused', () => {
  it.each([
    [
      'a body that ends early',
      `--${formBoundary}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx`,
    ],
    ['no part at all', 'not multipart'],
    ['an empty body', ''],
    [
      'a NUL in a name',
      `--${formBoundary}\r\nContent-Disposition: form-data; name="f"; filename="a\0b"\r\n\r\n\r\n--${formBoundary}--\r\n`,
    ],
    [
      'a field that is not UTF-8',
      Buffer.concat([
        formatPart({ name: 'x', body: Buffer.from([0xff]) }),
        Buffer.from(`--${formBoundary}--\r\n`),
      ]),
    ],
    [
      'a part without a name',
      `--${formBoundary}\r\nContent-Type: text/plain\r\n\r\n\r\n--${formBoundary}--\r\n`,
    ],
  ])('R-03 answers 400 to %s and leaves nothing', async (_what, body) => {
    const { url, folder } = await startReceiver()
    const answer = await readJson(
      await fetch(`${url}/upload`, {
        method: 'POST',
        headers: { 'Content-Type': contentType },
        body,
      }),
    )
    expect(answer.status).toBe(400)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json; charset=utf-8')
    expect(answer.body).toMatchObject({
      type: 'urn:wx-upload:problem:malformed',
      status: 400,
      title: expect.any(String),
      detail: expect.any(String),
    })
    expect(JSON.stringify(answer.body)).not.toContain(folder)
    expect(await filesBelow(folder)).toEqual([])
  })

  it.each(['application/json', 'text/plain', 'multipart/mixed; boundary=x'])(
    'R-03 answers 415 to %s',
    async (type) => {
      const { url } = await startReceiver()
      const response = await fetch(`${url}/upload`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: '{}',
      })
      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ type: 'urn:wx-upload:problem:not-multipart' })
    },
  )

  it('R-03 answers 400 to a Content-Type without a boundary', async () => {
    const { url } = await startReceiver()
    const headers = { 'Content-Type': 'multipart/form-data' }
    expect((await fetch(`${url}/upload`, { method: 'POST', headers, body: 'x' })).status).toBe(400)
  })

  const file = (body: string) => ({ name: 'f', fileName: 'f.txt', body })
  const field = (body: string) => ({ name: 'x', body })
  it.each([
    ['fileSizeBytes', 4, 'a file is larger than 4 bytes', [file('1234')], [file('12345')]],
    [
      'totalSizeBytes',
      300,
      'the body is larger than 300 bytes',
      [file('1234')],
      [file('x'.repeat(300))],
    ],
    ['files', 1, 'there are more than 1 files', [file('1')], [file('1'), file('2')]],
    ['fields', 1, 'there are more than 1 fields', [field('1')], [field('1'), field('2')]],
    [
      'parts',
      2,
      'there are more than 2 files and fields',
      [file('1'), field('2')],
      [file('1'), field('2'), file('3')],
    ],
    ['fieldSizeBytes', 4, 'a field is larger than 4 bytes', [field('1234')], [field('12345')]],
    [
      'fieldsSizeBytes',
      4,
      'the fields together are larger than 4 bytes',
      [field('12'), field('34')],
      [field('12'), field('345')],
    ],
    [
      'headerSizeBytes',
      100,
      'the headers of a part are larger than 100 bytes',
      [field('1')],
      [{ ...field('1'), headers: `X: ${'x'.repeat(100)}\r\n` }],
    ],
  ])(
    'R-04 answers 413 to what is over %s, and takes what is just within',
    async (name, value, found, within, over) => {
      const { url, folder } = await startReceiver({ limits: { [name]: value } })
      expect((await post(url, within)).status).toBe(200)
      const before = await filesBelow(folder)
      const { status, body } = await post(url, over)
      expect(status).toBe(413)
      expect(body).toMatchObject({
        type: 'urn:wx-upload:problem:limit-exceeded',
        detail: `Receiving the upload: ${found}, the limit ${name}`,
        limit: { name, value },
      })
      expect(await filesBelow(folder)).toEqual(before)
      expect(await halfDone(folder)).toEqual([])
    },
  )

  it('R-04 refuses by Content-Length before it has read anything', async () => {
    const { port } = await startReceiver({ limits: { totalSizeBytes: 1000 } })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 1001 })
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/^HTTP\/1\.1 413 .*the body is larger than 1000 bytes, the limit totalSizeBytes/s)
  })

  it('R-04 stops a chunked body that goes over the total size', async () => {
    const { port, folder } = await startReceiver({ limits: { totalSizeBytes: 100_000 } })
    const client = new RawClient(port)
    client.sendHead({ 'Transfer-Encoding': 'chunked' })
    const part = formatPart({ name: 'f', fileName: 'f.txt', body: 'x'.repeat(100_000) })
    client.send(`${part.length.toString(16)}\r\n`)
    client.send(part)
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 413 .*totalSizeBytes/s)
    expect(await filesBelow(folder)).toEqual([])
  })

  it.each([
    ['idleTimeMs', { idleTimeMs: 50 }],
    ['totalTimeMs', { totalTimeMs: 50 }],
    ['minRateBytesPerSecond', { minRateBytesPerSecond: 100_000, minRateWindowMs: 50 }],
  ])(
    'R-04 answers 408 to a client that is too slow for %s, and leaves nothing',
    async (name, limits) => {
      const { port, folder, lines } = await startReceiver({ limits })
      const client = new RawClient(port)
      client.sendHead({ 'Content-Length': 100_000 })
      client.send(formatPart({ name: 'f', fileName: 'f.txt', body: 'x' }))
      await expect
        .poll(() => client.received, patiently)
        .toMatch(
          new RegExp(`^HTTP/1.1 408 .*"urn:wx-upload:problem:too-slow".*"name":"${name}"`, 's'),
        )
      expect(await halfDone(folder)).toEqual([])
      expect(lines).toMatchObject([{ fields: { outcome: 'too-slow' } }])
    },
  )

  it('R-04 answers 408 to a client that sends a byte at a time, however steadily', async () => {
    const { port } = await startReceiver({
      limits: { idleTimeMs: 10_000, minRateBytesPerSecond: 10_000, minRateWindowMs: 100 },
    })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 100_000 })
    client.send(formatPart({ name: 'f', fileName: 'f.txt' }).subarray(0, -2))
    const drip = setInterval(() => client.send('x'), 10)
    try {
      await expect
        .poll(() => client.received, patiently)
        .toMatch(/^HTTP\/1\.1 408 .*minRateBytesPerSecond/s)
    } finally {
      clearInterval(drip)
    }
  })

  it('R-04 answers 503 with Retry-After to one upload too many, and takes it when there is room', async () => {
    const { port, url, folder } = await startReceiver({ limits: { concurrentUploads: 1 } })
    const part = formatPart({ name: 'f', fileName: 'f.txt', body: 'x'.repeat(1_000_000) })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 2_000_000 })
    client.send(part)
    await eventually('an upload under way', async () => (await halfDone(folder)).length === 1)
    const refused = await post(url, [{ name: 'x' }])
    expect(refused.status).toBe(503)
    expect(refused.headers.get('Retry-After')).toBe('1')
    expect(refused.body.type).toBe('urn:wx-upload:problem:overloaded')
    client.socket.destroy()
    await expect.poll(async () => (await post(url, [{ name: 'x' }])).status, patiently).toBe(200)
  })
})
