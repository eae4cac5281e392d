import { describe, expect, it } from 'vitest'
import { createDiskStorage } from '../storage/disk-storage.ts'
import { formatSealed } from '../storage/sealed-text.ts'
import type {
  ClaimName,
  PendingUpload,
  Storage,
  StoredFile,
  UploadDraft,
  UploadRecord,
} from '../storage/storage.ts'
import { halfDone, temporaryFolder } from '../receiver.fixture.ts'
import { commitUpload, type UploadClaims } from './commit-upload.ts'

const broken = new Error('the storage broke')
const key: ClaimName = 'key/0'
const ticket: ClaimName = 'ticket/0'

describe('commitUpload', () => {
  it('R-09 stores an upload once for its key, and answers a repeated one with the first', async () => {
    const { storage, folder } = await createStore()
    const first = await commit(storage, { key })
    const second = await commit(storage, { key })
    expect([first.isRepeated, second.isRepeated]).toEqual([false, true])
    expect(second.record).toEqual(first.record)
    expect(await listed(storage)).toEqual([first.record])
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-09 stores one of ten that come with one key at once', async () => {
    const { storage, folder } = await createStore()
    const committed = await Promise.all(Array.from({ length: 10 }, () => commit(storage, { key })))
    expect(committed.filter(({ isRepeated }) => !isRepeated)).toHaveLength(1)
    expect(new Set(committed.map(({ record }) => record.id)).size).toBe(1)
    expect(await listed(storage)).toHaveLength(1)
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-09 refuses another upload under the same key, so that nobody takes it for stored', async () => {
    const { storage, folder } = await createStore()
    const { record } = await commit(storage, { key })
    await expect(commit(storage, { key }, 'another')).rejects.toMatchObject({
      code: 'key-used',
      status: 422,
      message: `Receiving the upload under this Idempotency-Key: it belongs to the upload ${record.id}, which is another`,
    })
    expect(await listed(storage)).toEqual([record])
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-09 says that the first is gone where it has been removed, and does not bring it back', async () => {
    const { storage } = await createStore()
    const { record } = await commit(storage, { key })
    await storage.remove(record.id)
    await expect(commit(storage, { key })).rejects.toMatchObject({ code: 'key-used' })
    expect(await listed(storage)).toEqual([])
  })

  it('R-09 finishes what a server left that died between the claim and the end', async () => {
    const store = await createStore()
    const { storage, folder } = store
    await expect(commit(breaking(store, 'publish'), { key })).rejects.toBe(broken)
    expect(await listed(storage)).toEqual([])
    expect(await halfDone(folder)).toHaveLength(1)
    const { record, isRepeated } = await commit(storage, { key })
    expect(isRepeated).toBe(true)
    expect(await listed(storage)).toEqual([record])
    expect(await halfDone(folder)).toEqual([])
  })

  it.each([{ key }, { ticket }, { key, ticket }])(
    'R-08 R-09 knows its own claim again where the answer to it was lost: %j',
    async (claims) => {
      const store = await createStore()
      const { storage } = store
      const forgetful = changed(store, {
        claim: async (name, text) => (await storage.claim(name, text)) ?? text,
      })
      expect(await commit(forgetful, claims)).toMatchObject({ isRepeated: false })
      expect(await listed(storage)).toHaveLength(1)
    },
  )

  it.each(['claim', 'publish'] as const)(
    'R-02 leaves nothing of an upload without a key where %s fails',
    async (call) => {
      const store = await createStore()
      const { storage, folder } = store
      await expect(commit(breaking(store, call), { ticket })).rejects.toBe(broken)
      expect(await listed(storage)).toEqual([])
      expect(await halfDone(folder)).toEqual([])
      // The ticket is good again.
      expect(await commit(storage, { ticket })).toMatchObject({ isRepeated: false })
    },
  )

  it('R-02 leaves nothing of an upload whose claim failed, as nobody can find it', async () => {
    const store = await createStore()
    const { storage, folder } = store
    await expect(commit(breaking(store, 'claim'), { key })).rejects.toBe(broken)
    expect(await halfDone(folder)).toEqual([])
    expect(await commit(storage, { key })).toMatchObject({ isRepeated: false })
  })

  it('R-09 keeps an upload of which nobody can say whether it is claimed', async () => {
    const store = await createStore()
    const { storage, folder } = store
    const gone = changed(store, {
      publish: () => Promise.reject(broken),
      readClaim: () => Promise.reject(broken),
    })
    await expect(commit(gone, { key })).rejects.toBe(broken)
    expect(await halfDone(folder)).toHaveLength(1)
    expect(await commit(storage, { key })).toMatchObject({ isRepeated: true })
  })

  it('R-09 stores nothing twice whichever call fails, whenever it is repeated', async () => {
    for (const call of ['claim', 'readClaim', 'releaseClaim', 'publish'] as const) {
      for (const claims of [{ key }, { ticket }, { key, ticket }]) {
        const store = await createStore()
        const { storage, folder } = store
        await commit(breaking(store, call), claims).catch(() => undefined)
        await commit(storage, claims).catch(() => undefined)
        expect([call, claims, await listed(storage)]).toEqual([call, claims, [expect.anything()]])
        expect(await halfDone(folder)).toEqual([])
      }
    }
  })

  it('R-08 takes one of ten uploads with a ticket that is good for one, whatever their keys', async () => {
    const { storage, folder } = await createStore()
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        commit(storage, { ticket, key: index % 2 === 0 ? undefined : `key/${index}` }),
      ),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'ticket-used' })
    }
    expect(await listed(storage)).toHaveLength(1)
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-08 R-09 lets an upload be repeated by its key with the ticket that it has used', async () => {
    const { storage } = await createStore()
    const first = await commit(storage, { key, ticket })
    expect(await commit(storage, { key, ticket })).toEqual({
      record: first.record,
      isRepeated: true,
    })
    await expect(commit(storage, { key: 'key/1', ticket })).rejects.toMatchObject({
      code: 'ticket-used',
      status: 403,
    })
  })

  it('R-09 says that a claim which somebody changed is damaged', async () => {
    const { storage } = await createStore()
    await storage.claim(key, 'changed')
    await expect(commit(storage, { key })).rejects.toMatchObject({ code: 'upload-damaged' })
    const { storage: other } = await createStore()
    const { upload, file } = await receive(other, 'whole')
    const sealed = await upload.seal(draftOf(file))
    await other.claim(key, formatSealed({ ...sealed, place: '../../etc' }))
    await expect(commit(other, { key })).rejects.toMatchObject({ code: 'upload-damaged' })
  })
})

interface Store {
  readonly folder: string
  readonly storage: Storage
}

async function createStore(): Promise<Store> {
  const folder = await temporaryFolder()
  return { folder, storage: createDiskStorage(folder, { durability: 'none' }) }
}

/** The same store at a server where some calls do something else. */
function changed({ folder }: Store, calls: Partial<Storage>): Storage {
  return Object.assign(createDiskStorage(folder, { durability: 'none' }), calls)
}

function breaking(store: Store, call: keyof Storage): Storage {
  return changed(store, { [call]: () => Promise.reject(broken) })
}

async function receive(
  storage: Storage,
  text: string,
): Promise<{ upload: PendingUpload; file: StoredFile }> {
  const upload = storage.createUpload()
  const pending = upload.createFile('a.txt')
  await pending.write([Buffer.from(text)])
  await pending.end()
  const { storedAs } = pending
  const file = { field: 'f', name: 'a.txt', storedAs, type: 'text/plain', size: text.length }
  return { upload, file: { ...file, sha256: text } }
}

function draftOf(file: StoredFile): UploadDraft {
  return { receivedAt: new Date().toISOString(), files: [file], fields: {} }
}

async function commit(
  storage: Storage,
  claims: UploadClaims,
  text = 'whole',
): ReturnType<typeof commitUpload> {
  const { upload, file } = await receive(storage, text)
  const onLeftover = (error: unknown): never => {
    throw error
  }
  return await commitUpload(upload, draftOf(file), { storage, onLeftover, ...claims })
}

async function listed(storage: Storage): Promise<readonly UploadRecord[]> {
  return (await storage.list({ limit: 100 })).uploads
}
