import { closeSync } from 'node:fs'
import { appendFile, mkdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { descriptorsBelow, filesBelow, temporaryFolder } from '../receiver.fixture.ts'
import { commit, content, describeStorage, store } from './describe-storage.fixture.ts'
import { createDiskStorage } from './disk-storage.ts'
import { createUploadId, uploadDay } from './upload-id.ts'

describeStorage('createDiskStorage', async () => {
  const folder = await temporaryFolder()
  return [createDiskStorage(folder, { durability: 'none' }), createDiskStorage(folder)]
})

describe('createDiskStorage, on the disk', () => {
  it('puts an upload where a person finds it: its day, its id, its files and its record', async () => {
    const folder = await temporaryFolder()
    const { id } = await store(createDiskStorage(folder), [['photo.jpg', ['x']]])
    const day = uploadDay(id)
    expect(day).toBe(new Date().toISOString().slice(0, 10))
    expect(await filesBelow(folder)).toEqual([`${day}/${id}/photo.jpg`, `${day}/${id}/upload.json`])
    const record = await readFile(join(folder, day, id, 'upload.json'), 'utf8')
    expect(record).toMatch(/^\{\n {2}"version": 1,\n/)
  })

  it('never lets a file take the name of the record', async () => {
    const storage = createDiskStorage(await temporaryFolder())
    const record = await store(storage, [['upload.json', ['{}']]])
    expect(record.files[0]?.storedAs).toBe('upload (2).json')
    expect(await storage.get(record.id)).toEqual(record)
  })

  it.each([
    ['no JSON', 'no json'],
    ['another version', '{"version": 2}'],
    ['nothing', ''],
    ['a list', '[]'],
    ['files that are none', '{"version": 1, "receivedAt": "", "files": [1], "fields": {}}'],
    ['fields that are none', '{"version": 1, "receivedAt": "", "files": [], "fields": {"a": 1}}'],
    [
      'a path',
      '{"version":1,"receivedAt":"","files":[{"field":"","name":"","storedAs":"../x","type":"","size":1,"sha256":null}],"fields":{}}',
    ],
  ])('leaves out and names an upload whose record holds %s', async (_what, text) => {
    const folder = await temporaryFolder()
    const storage = createDiskStorage(folder, { durability: 'none' })
    const damaged = await store(storage, [])
    const whole = await store(storage, [])
    await writeFile(join(folder, uploadDay(damaged.id), damaged.id, 'upload.json'), text)
    const page = await storage.list({ limit: 1, before: undefined })
    expect(page.uploads).toEqual([whole])
    const next = await storage.list({ limit: 1, before: whole.id })
    expect(next).toMatchObject({ uploads: [], next: null, damaged: [{ id: damaged.id }] })
    await expect(storage.get(damaged.id)).rejects.toMatchObject({ code: 'upload-damaged' })
  })

  it('reads no more records than a page needs', async () => {
    const folder = await temporaryFolder()
    const storage = createDiskStorage(folder, { durability: 'none' })
    for (let count = 0; count < 2000; count += 1) {
      const id = createUploadId()
      const upload = join(folder, uploadDay(id), id)
      await mkdir(upload, { recursive: true })
      await writeFile(join(upload, 'upload.json'), 'damaged')
    }
    const older = await store(storage, [])
    const newest = await store(storage, [])
    expect(await storage.list({ limit: 2 })).toEqual({
      uploads: [newest, older],
      next: older.id,
      // What else is read is reported.
      damaged: [],
    })
  })

  it('R-05 ends a page of large records early, and the pages together have each upload once', async () => {
    const folder = await temporaryFolder()
    const storage = createDiskStorage(folder, { durability: 'none' })
    const ids: string[] = []
    for (let count = 0; count < 40; count += 1) {
      const upload = storage.createUpload()
      const fields = { text: '\u0001'.repeat(64 * 1024) }
      const draft = { receivedAt: new Date(0).toISOString(), files: [], fields }
      ids.unshift((await commit(storage, upload, draft)).id)
    }
    const pages: string[][] = []
    let before: string | undefined
    do {
      const { uploads, next } = await storage.list({ limit: 1000, before })
      pages.push(uploads.map(({ id }) => id))
      before = next ?? undefined
    } while (before !== undefined)
    expect(pages.flat()).toEqual(ids)
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThan(20)
  })

  it('removes what was half-done even where its file cannot be closed', async () => {
    const folder = await temporaryFolder()
    const upload = createDiskStorage(folder, { durability: 'none' }).createUpload()
    await upload.createFile('a.txt').write([Buffer.from('half')])
    for (const descriptor of descriptorsBelow(folder)) closeSync(descriptor)
    await expect(upload.discard()).rejects.toMatchObject({ code: 'EBADF' })
    expect(await filesBelow(folder)).toEqual([])
  })

  it('ignores what others put into its folder', async () => {
    const folder = await temporaryFolder()
    const storage = createDiskStorage(folder, { durability: 'none' })
    const { id } = await store(storage, [])
    const day = join(folder, uploadDay(id))
    await mkdir(join(folder, 'lost+found'))
    await mkdir(join(folder, '2026-01-01'))
    await writeFile(join(folder, '2026-01-02'), 'a file')
    await mkdir(join(day, 'not an id'))
    await mkdir(join(day, '01ARZ3NDEKTSV4RRFFQ69G5FAV'))
    await writeFile(join(day, createUploadId()), 'a file')
    expect((await storage.list({ limit: 10 })).uploads.map((upload) => upload.id)).toEqual([id])
  })

  it('reports a file that was changed by hand as damaged, one that was removed as gone', async () => {
    const folder = await temporaryFolder()
    const storage = createDiskStorage(folder, { durability: 'none' })
    const record = await store(storage, [['a.txt', ['whole']]])
    const path = join(folder, uploadDay(record.id), record.id, 'a.txt')
    await appendFile(path, ' and more')
    await expect(content(storage, record)).rejects.toMatchObject({ code: 'upload-damaged' })
    await unlink(path)
    await expect(content(storage, record)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('goes on when somebody removes its folders while it runs', async () => {
    const folder = await temporaryFolder()
    const storage = createDiskStorage(folder)
    await storage.open()
    const first = await store(storage, [['a.txt', ['a']]])
    await rm(join(folder, '.incoming'), { recursive: true })
    expect(await storage.remove(first.id)).toBe(true)
    await rm(folder, { recursive: true })
    expect((await storage.list({ limit: 1 })).uploads).toEqual([])
    const second = await store(storage, [['a.txt', ['a']]])
    expect(await content(storage, second)).toBe('a')
  })

  it('keeps listing an upload of another day where it belongs', async () => {
    const folder = await temporaryFolder()
    const storage = createDiskStorage(folder, { durability: 'none' })
    const newer = await store(storage, [])
    // Made in January 2016.
    const older = '01ARYZ6S41TSV4RRFFQ69G5FAV'
    await mkdir(join(folder, uploadDay(older)))
    const { id } = await store(storage, [])
    await rename(join(folder, uploadDay(id), id), join(folder, uploadDay(older), older))
    const page = await storage.list({ limit: 1 })
    expect(page).toMatchObject({ uploads: [{ id: newer.id }], next: newer.id })
    expect((await storage.list({ limit: 1, before: newer.id })).uploads).toMatchObject([
      { id: older },
    ])
    expect((await storage.list({ limit: 1, before: older })).uploads).toEqual([])
  })

  it('says that it cannot be opened where its folder is a file', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const storage = createDiskStorage(join(folder, 'file'))
    await expect(storage.open()).rejects.toMatchObject({
      code: 'storage-unavailable',
      message: 'Opening the storage failed: ENOTDIR',
    })
  })
})
