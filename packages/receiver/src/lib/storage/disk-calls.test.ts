import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../receiver.fixture.ts'
import { store } from './describe-storage.fixture.ts'
import { createDiskStorage } from './disk-storage.ts'
import type { PendingUpload, Storage } from './storage.ts'

it('leaves folders to the thread pool beside two other uploads, until they are sealed or discarded', async () => {
  const storage = createDiskStorage(await temporaryFolder(), { durability: 'none' })
  // The day's folder is made once.
  await store(storage, [])
  expect(await isFolderPooled(storage)).toBe(false)
  const sealed = await begin(storage)
  expect(await isFolderPooled(storage)).toBe(false)
  const discarded = await begin(storage)
  expect(await isFolderPooled(storage)).toBe(true)
  await storage.publish(await sealed.seal(empty()))
  await setImmediate()
  expect(await isFolderPooled(storage)).toBe(false)
  const another = await begin(storage)
  expect(await isFolderPooled(storage)).toBe(true)
  await another.discard()
  await discarded.discard()
  await setImmediate()
  expect(await isFolderPooled(storage)).toBe(false)
})

it('takes uploads that come in one turn for such as are under way together', async () => {
  const storage = createDiskStorage(await temporaryFolder(), { durability: 'none' })
  await store(storage, [])
  await setImmediate()
  const pooled: boolean[] = []
  for (let count = 0; count < 3; count += 1) {
    const upload = storage.createUpload()
    pooled.push(await isPooled(() => upload.createFile('a.txt').write([Buffer.from('a')])))
    await upload.seal(empty())
  }
  expect(pooled).toEqual([false, false, true])
})

it('leaves the move that makes an upload visible to the thread pool beside two others', async () => {
  const storage = createDiskStorage(await temporaryFolder(), { durability: 'none' })
  await store(storage, [])
  const [alone, busy] = [await begin(storage), await begin(storage)]
  const sealedAlone = await alone.seal(empty())
  await setImmediate()
  expect(await isPooled(() => storage.publish(sealedAlone))).toBe(false)
  const others = [await begin(storage), await begin(storage)]
  const sealedBusy = await busy.seal(empty())
  await setImmediate()
  expect(await isPooled(() => storage.publish(sealedBusy))).toBe(true)
  await Promise.all(others.map((upload) => upload.discard()))
})

it('flushes in the thread pool, however few uploads there are', async () => {
  const storage = createDiskStorage(await temporaryFolder())
  await storage.open()
  expect(await isFolderPooled(storage)).toBe(true)
})

function empty(): Parameters<PendingUpload['seal']>[0] {
  return { receivedAt: new Date().toISOString(), files: [], fields: {} }
}

/** An upload that has its folder. */
async function begin(storage: Storage): Promise<PendingUpload> {
  const upload = storage.createUpload()
  await upload.createFile('a.txt').write([Buffer.from('a')])
  return upload
}

/** Whether one more upload has its folder made in the thread pool. */
async function isFolderPooled(storage: Storage): Promise<boolean> {
  const upload = storage.createUpload()
  const isFolder = await isPooled(() => upload.createFile('a.txt').write([Buffer.from('a')]))
  await upload.discard()
  await setImmediate()
  return isFolder
}

/** Whether a call of the storage begins with one of the thread pool. */
async function isPooled(call: () => Promise<unknown>): Promise<boolean> {
  const before = countPooled()
  const called = call()
  // What needs no thread goes on in the same turn.
  await Promise.resolve()
  const isOneMore = countPooled() > before
  await called
  return isOneMore
}

function countPooled(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'FSReqCallback').length
}
