import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  get,
  multipartBody,
  post,
  RawClient,
  readJson,
  startReceiver,
  temporaryFolder,
  patiently,
  writtenAhead,
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

  it('takes twenty uploads at once without a warning of a leak', async () => {
    const warnings: Error[] = []
    const collect = (warning: Error) => warnings.push(warning)
    process.on('warning', collect)
    onTestFinished(() => {
      process.off('warning', collect)
    })
    const { url } = await startReceiver()
    const file = { name: 'f', fileName: 'f.txt', body: 'x'.repeat(writtenAhead) }
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, [file])))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(warnings).toEqual([])
  })
})
