import { describe, expect, it } from 'vitest'
import { createDiskStorage } from '../storage/disk-storage.ts'
import {
  contentType,
  filesBelow,
  get,
  multipartBody,
  readJson,
  startReceiver,
  temporaryFolder,
  type JsonAnswer,
} from '../receiver.fixture.ts'

const photo = { name: 'f', fileName: 'photo.jpg', body: 'a photo' }

describe('Idempotency-Key', () => {
  it('R-09 answers an upload that is sent again as the first time, at any server, and stores it once', async () => {
    const folder = await temporaryFolder()
    const [one, other] = await Promise.all([startOn(folder), startOn(folder)])
    const first = await post(one.url, 'a-key')
    const again = await post(one.url, 'a-key')
    const elsewhere = await post(other.url, 'a-key')
    expect([first.status, again.status, elsewhere.status]).toEqual([200, 200, 200])
    expect([again.body, elsewhere.body.id]).toEqual([first.body, first.body.id])
    expect((await get(`${other.url}/uploads`)).body.uploads).toHaveLength(1)
    expect(one.lines.map(({ fields }) => fields['outcome'])).toEqual(['stored', 'repeated'])
  })

  it('R-09 stores one of twenty that are sent to two servers at once', async () => {
    const folder = await temporaryFolder()
    const servers = await Promise.all([startOn(folder), startOn(folder)])
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => servers.map(({ url }) => post(url, 'a-key'))).flat(),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const names = await filesBelow(folder)
    expect(names.filter((name) => name.endsWith('photo.jpg'))).toHaveLength(1)
  })

  it('R-09 answers another upload under the same key with 422, and stores nothing of it', async () => {
    const { url, folder } = await startReceiver()
    await post(url, 'a-key')
    const { status, body } = await post(url, 'a-key', { ...photo, body: 'other' })
    expect([status, body.type]).toEqual([422, 'urn:wx-upload:problem:key-used'])
    expect((await filesBelow(folder)).filter((name) => name.endsWith('.jpg'))).toHaveLength(1)
  })

  it('R-09 takes the same upload under another key, and without one, as another', async () => {
    const { url } = await startReceiver()
    const answers = [
      await post(url, 'a-key'),
      await post(url, 'A-key'),
      await post(url),
      await post(url),
    ]
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4)
  })

  it.each([['a key'], ['schlüssel'], [''], ['x'.repeat(256)]])(
    'R-09 refuses %j, which is no key',
    async (key) => {
      const { url } = await startReceiver()
      const { status, body } = await post(url, key)
      expect([status, body.type]).toEqual([400, 'urn:wx-upload:problem:malformed'])
    },
  )
})

async function startOn(folder: string): ReturnType<typeof startReceiver> {
  return await startReceiver({ storage: createDiskStorage(folder, { durability: 'none' }) })
}

async function post(url: string, key?: string, part = photo): Promise<JsonAnswer> {
  const response = await fetch(`${url}/upload`, {
    method: 'POST',
    headers: {
      'Content-Type': contentType,
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    body: multipartBody([part]),
  })
  return readJson(response)
}
