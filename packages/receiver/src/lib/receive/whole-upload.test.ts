import { describe, expect, it } from 'vitest'
import {
  eventually,
  filesBelow,
  formatPart,
  get,
  halfDone,
  multipartBody,
  openFilesBelow,
  post,
  RawClient,
  startReceiver,
  patiently,
} from '../receiver.fixture.ts'
import { uploadDay } from '../storage/upload-id.ts'

describe('an upload in the storage', () => {
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
