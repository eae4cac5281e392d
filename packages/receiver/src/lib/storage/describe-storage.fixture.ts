import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type {
  PendingUpload,
  SealedUpload,
  Storage,
  StoredFile,
  UploadDraft,
  UploadRecord,
} from './storage.ts'
import { isUploadId } from './upload-id.ts'

/** What every storage promises; `create` makes two that share an empty store, as two servers would. */
export function describeStorage(
  name: string,
  create: () => Promise<readonly [Storage, Storage]>,
): void {
  describe(`storage: ${name}`, () => {
    it('R-06 shows an upload that one server stored to every other, byte for byte', async () => {
      const [one, other] = await create()
      const stored = await store(one, [['photo.jpg', ['the ', 'photo']]])
      expect(isUploadId(stored.id)).toBe(true)
      expect(await other.get(stored.id)).toEqual(stored)
      expect((await other.list({ limit: 10 })).uploads).toEqual([stored])
      expect(await content(other, stored)).toBe('the photo')
    })

    it('R-02 shows nothing of an upload before its commit', async () => {
      const [one, other] = await create()
      const pending = await writeFile(one, ['photo.jpg', ['whole']])
      expect((await other.list({ limit: 10 })).uploads).toEqual([])
      const sealed = await pending.upload.seal(draftOf([pending.file]))
      expect((await other.list({ limit: 10 })).uploads).toEqual([])
      expect(await other.get(sealed.record.id)).toBeUndefined()
      expect(await one.publish(sealed)).toBe(true)
      expect((await other.list({ limit: 10 })).uploads).toEqual([sealed.record])
    })

    it('R-02 R-09 lets any server publish what one has sealed, again and at once, and it is there once', async () => {
      const [one, other] = await create()
      const { upload, file } = await writeFile(one, ['photo.jpg', ['whole']])
      const sealed: SealedUpload = JSON.parse(JSON.stringify(await upload.seal(draftOf([file]))))
      const published = [one, other, one, other].map((storage) => storage.publish(sealed))
      expect(await Promise.all(published)).toEqual([true, true, true, true])
      expect(await other.publish(sealed)).toBe(true)
      expect((await one.list({ limit: 10 })).uploads).toEqual([sealed.record])
      expect(await content(other, sealed.record)).toBe('whole')
    })

    it('R-09 does not bring back what was removed after it was published', async () => {
      const [one, other] = await create()
      const { upload, file } = await writeFile(one, ['photo.jpg', ['whole']])
      const sealed = await upload.seal(draftOf([file]))
      await one.publish(sealed)
      await other.remove(sealed.record.id)
      expect(await one.publish(sealed)).toBe(false)
      expect((await other.list({ limit: 10 })).uploads).toEqual([])
    })

    it('R-02 publishes nothing of an upload that was sealed and discarded', async () => {
      const [one, other] = await create()
      const { upload, file } = await writeFile(one, ['photo.jpg', ['whole']])
      const sealed = await upload.seal(draftOf([file]))
      await upload.discard()
      expect(await other.publish(sealed)).toBe(false)
      expect((await one.list({ limit: 10 })).uploads).toEqual([])
    })

    it('R-09 gives a name to the first of all who claim it at once, and its text to the others', async () => {
      const [one, other] = await create()
      const texts = Array.from({ length: 10 }, (_, index) => `text ${index}`)
      const found = await Promise.all(
        texts.map((text, index) => (index % 2 === 0 ? one : other).claim('key/a-1', text)),
      )
      const winners = texts.filter((_, index) => found[index] === undefined)
      expect(winners).toHaveLength(1)
      expect(found.filter((text) => text === winners[0])).toHaveLength(9)
      expect(await other.readClaim('key/a-1')).toBe(winners[0])
    })

    it('R-08 R-09 tells claims of one name and two kinds apart, and takes one that is given back again', async () => {
      const [one, other] = await create()
      expect(await one.claim('key/a', 'of a key')).toBeUndefined()
      expect(await other.claim('ticket/a', 'of a ticket')).toBeUndefined()
      await other.releaseClaim('key/a')
      await other.releaseClaim('key/a')
      expect(await one.readClaim('key/a')).toBeUndefined()
      expect(await one.readClaim('ticket/a')).toBe('of a ticket')
      expect(await one.claim('key/a', 'again')).toBeUndefined()
    })

    it('R-02 sweeps nothing of what is being received, sealed, visible or claimed', async () => {
      const [one, other] = await create()
      const visible = await store(one, [['a.txt', ['a']]])
      const half = one.createUpload()
      const pending = half.createFile('half.txt')
      await pending.write([Buffer.from('half')])
      const { upload, file } = await writeFile(one, ['photo.jpg', ['whole']])
      const sealed = await upload.seal(draftOf([file]))
      await one.claim('key/a', 'text')
      await Promise.all([one.sweep(), other.sweep()])
      await pending.end()
      expect(await one.publish(sealed)).toBe(true)
      expect(await content(one, sealed.record)).toBe('whole')
      expect(await content(other, visible)).toBe('a')
      expect(await other.readClaim('key/a')).toBe('text')
    })

    it('R-10 says that it can take uploads', async () => {
      const [one] = await create()
      await one.open()
      await expect(one.check()).resolves.toBeUndefined()
    })

    it('R-02 keeps nothing of an upload that is discarded, at whatever point', async () => {
      const [one] = await create()
      await one.createUpload().discard()
      await (await writeFile(one, ['photo.jpg', ['whole']])).upload.discard()
      const half = one.createUpload()
      await half.createFile('photo.jpg').write([Buffer.from('half')])
      await half.discard()
      expect((await one.list({ limit: 10 })).uploads).toEqual([])
    })

    it('stores an upload without files, an empty file, and fields of any name', async () => {
      const [one, other] = await create()
      const fields = JSON.parse('{"__proto__": "p", "constructor": ["c", "d"], "": "图"}')
      const bare = await commit(one, one.createUpload(), { ...draftOf([]), fields })
      const empty = await store(one, [['empty', []]])
      expect(JSON.stringify((await other.get(bare.id))?.fields)).toBe(JSON.stringify(fields))
      expect(await other.get(empty.id)).toEqual(empty)
    })

    it('R-07 gives files of one name in one upload different names', async () => {
      const [one] = await create()
      const record = await store(one, [
        ['a.txt', ['first']],
        ['A.txt', ['second']],
      ])
      expect(new Set(record.files.map((file) => file.storedAs.toLowerCase())).size).toBe(2)
      expect(await content(one, record, 0)).toBe('first')
      expect(await content(one, record, 1)).toBe('second')
    })

    it('R-07 reads any range of a file', async () => {
      const [one] = await create()
      const { id, files } = await store(one, [['digits', ['01234', '56789']]])
      const [file] = files
      if (file === undefined) throw new Error('no file')
      expect(String(await buffer(await one.read(id, { file, start: 3, end: 6 })))).toBe('3456')
      expect(String(await buffer(await one.read(id, { file, start: 9, end: 9 })))).toBe('9')
    })

    it('lists newest first, page by page, also when an upload between two pages is removed', async () => {
      const [one, other] = await create()
      const ids: string[] = []
      for (let count = 0; count < 5; count += 1) ids.unshift((await store(one, [])).id)
      const first = await other.list({ limit: 2 })
      expect(first.uploads.map((upload) => upload.id)).toEqual(ids.slice(0, 2))
      expect(first.next).toBe(ids[1])
      await one.remove(ids[1] ?? '')
      const second = await other.list({ limit: 2, before: ids[1] })
      expect(second.uploads.map((upload) => upload.id)).toEqual(ids.slice(2, 4))
      const last = await other.list({ limit: 2, before: ids[3] })
      expect(last.uploads.map((upload) => upload.id)).toEqual(ids.slice(4))
      expect(last.next).toBeNull()
    })

    it('says that the last page is the last when it is full', async () => {
      const [one] = await create()
      await store(one, [])
      await store(one, [])
      expect((await one.list({ limit: 2 })).next).toBeNull()
    })

    it('removes an upload once', async () => {
      const [one, other] = await create()
      const { id } = await store(one, [['a', ['a']]])
      expect(await other.remove(id)).toBe(true)
      expect(await one.get(id)).toBeUndefined()
      expect((await one.list({ limit: 10 })).uploads).toEqual([])
      expect(await one.remove(id)).toBe(false)
    })

    it.each([
      '',
      '..',
      '../../etc',
      '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      '01arz3ndektsv4rrffq69g5fav',
      '8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
    ])('R-07 finds nothing under the id %j', async (id) => {
      const [one] = await create()
      expect(await one.get(id)).toBeUndefined()
      expect(await one.remove(id)).toBe(false)
    })

    it('stores twenty uploads at once, each whole', async () => {
      const [one, other] = await create()
      const texts = Array.from({ length: 20 }, (_, index) => `upload ${index}`)
      const records = await Promise.all(texts.map((text) => store(one, [['same.txt', [text]]])))
      expect(await Promise.all(records.map((record) => content(other, record)))).toEqual(texts)
      expect((await other.list({ limit: 100 })).uploads).toHaveLength(20)
    })
  })
}

type NamedChunks = readonly [name: string, chunks: readonly string[]]

/** Stores an upload of these files. */
export async function store(
  storage: Storage,
  files: readonly NamedChunks[],
): Promise<UploadRecord> {
  const upload = storage.createUpload()
  const stored: StoredFile[] = []
  for (const file of files) stored.push(await writeInto(upload, file))
  return await commit(storage, upload, draftOf(stored))
}

/** Makes an upload visible. */
export async function commit(
  storage: Storage,
  upload: PendingUpload,
  draft: UploadDraft,
): Promise<UploadRecord> {
  const sealed = await upload.seal(draft)
  await storage.publish(sealed)
  return sealed.record
}

async function writeFile(
  storage: Storage,
  file: NamedChunks,
): Promise<{ upload: PendingUpload; file: StoredFile }> {
  const upload = storage.createUpload()
  return { upload, file: await writeInto(upload, file) }
}

async function writeInto(upload: PendingUpload, [name, chunks]: NamedChunks): Promise<StoredFile> {
  const pending = upload.createFile(name)
  if (chunks.length > 0) await pending.write(chunks.map((chunk) => Buffer.from(chunk)))
  await pending.end()
  const size = Buffer.byteLength(chunks.join(''))
  return { field: 'file', name, storedAs: pending.storedAs, type: 'text/plain', size, sha256: null }
}

function draftOf(files: readonly StoredFile[]): UploadDraft {
  return { receivedAt: new Date().toISOString(), files, fields: {} }
}

/** All of a file of an upload, as text. */
export async function content(
  storage: Storage,
  { id, files }: UploadRecord,
  index = 0,
): Promise<string> {
  const file = files[index]
  if (file === undefined) throw new Error(`the upload has no file ${index}`)
  return String(await buffer(await storage.read(id, { file, start: 0, end: file.size - 1 })))
}
