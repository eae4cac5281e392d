import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createDiskStorage } from '../storage/disk-storage.ts'
import { store } from '../storage/describe-storage.fixture.ts'
import type { Storage } from '../storage/storage.ts'
import { firstIdOf, uploadDay } from '../storage/upload-id.ts'
import { eventually, filesBelow, patiently, temporaryFolder } from '../receiver.fixture.ts'
import { Housekeeping, type HousekeepingOptions } from './housekeeping.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs

describe('Housekeeping', () => {
  it('R-14 removes the uploads whose time is over, with their files, and keeps the others', async () => {
    const { folder, storage } = await createStore()
    const old = [await storeAt(folder, 31 * dayMs), await storeAt(folder, 40 * dayMs)]
    const young = [await storeAt(folder, 29 * dayMs), await storeAt(folder, 0)]
    const { removed } = keepHouse({ storage, keepMs: 30 * dayMs })
    await eventually('two uploads are removed', () => removed.length === 2)
    expect(removed).toEqual(old)
    expect((await storage.list({ limit: 10 })).uploads.map(({ id }) => id)).toEqual(
      young.toReversed(),
    )
    expect(await filesBelow(folder)).toHaveLength(4)
  })

  it('R-14 removes each upload once where five servers do it at the same time', async () => {
    const { folder } = await createStore()
    const old: string[] = []
    for (let count = 0; count < 250; count += 1) old.push(await storeAt(folder, 31 * dayMs + count))
    const servers = Array.from({ length: 5 }, () =>
      keepHouse({ storage: createDiskStorage(folder), keepMs: 30 * dayMs }),
    )
    const removed = (): string[] => servers.flatMap((server) => server.removed)
    await eventually('all are removed', () => removed().length >= old.length)
    await Promise.all(servers.map(({ housekeeping }) => housekeeping.stop()))
    expect(removed().toSorted()).toEqual(old.toSorted())
    expect(servers.flatMap(({ warnings }) => warnings)).toEqual([])
  })

  it('R-14 removes nothing where uploads are kept for ever', async () => {
    const { folder, storage } = await createStore()
    await storeAt(folder, 4000 * dayMs)
    const sweep = vi.spyOn(storage, 'sweep')
    const { housekeeping } = keepHouse({ storage, keepMs: Infinity })
    await eventually('the storage is swept', () => sweep.mock.calls.length > 0)
    await housekeeping.stop()
    expect((await storage.list({ limit: 10 })).uploads).toHaveLength(1)
  })

  it('R-14 tells what it could not remove or sweep, and tries again in the next round', async () => {
    const { folder, storage } = await createStore()
    const stubborn = await storeAt(folder, 32 * dayMs)
    const other = await storeAt(folder, 33 * dayMs)
    await storage.open()
    vi.spyOn(storage, 'remove').mockRejectedValueOnce(new Error('not now'))
    vi.spyOn(storage, 'sweep').mockRejectedValueOnce(new Error('not now'))
    const { removed, warnings } = keepHouse({ storage, keepMs: 30 * dayMs, intervalMs: 10 })
    await eventually('both are removed', () => removed.length === 2)
    expect(removed).toEqual([other, stubborn])
    expect(warnings).toEqual([
      'what is left of uploads could not be swept',
      'an upload whose time is over could not be removed',
    ])
  })

  it('R-14 removes an upload with a damaged record when its time is over', async () => {
    const { folder, storage } = await createStore()
    const id = firstIdOf(Date.now() - 31 * dayMs)
    await mkdir(join(folder, uploadDay(id), id), { recursive: true })
    await writeFile(join(folder, uploadDay(id), id, 'upload.json'), 'damaged')
    const { housekeeping } = keepHouse({ storage, keepMs: 30 * dayMs })
    await expect
      .poll(() => readdir(join(folder, uploadDay(id))).catch(() => []), patiently)
      .toEqual([])
    await housekeeping.stop()
  })

  it('R-14 leaves no folder of a day in which nothing is left', async () => {
    const { folder, storage } = await createStore()
    const day = uploadDay(await storeAt(folder, 31 * dayMs))
    expect(await readdir(folder)).toContain(day)
    keepHouse({ storage, keepMs: 30 * dayMs, intervalMs: 10 })
    await expect.poll(() => readdir(folder), patiently).not.toContain(day)
  })

  it('R-14 stops in the middle, when it is told to', async () => {
    const { folder, storage } = await createStore()
    for (let count = 0; count < 20; count += 1) await storeAt(folder, 31 * dayMs + count)
    const { housekeeping, removed } = keepHouse({
      storage,
      keepMs: 30 * dayMs,
      onRemoved: () => void housekeeping.stop(),
    })
    await eventually('it has begun', () => removed.length > 0)
    await housekeeping.stop()
    expect(removed).toHaveLength(1)
  })
})

async function createStore(): Promise<{ folder: string; storage: Storage }> {
  const folder = await temporaryFolder()
  return { folder, storage: createDiskStorage(folder, { durability: 'none' }) }
}

/** Stores an upload that became visible so many milliseconds ago. Returns its id. */
async function storeAt(folder: string, agoMs: number): Promise<string> {
  const storage = createDiskStorage(folder, { durability: 'none' })
  const { id } = await store(storage, [['a.txt', ['a']]])
  if (agoMs === 0) return id
  const older = firstIdOf(Date.now() - agoMs).slice(0, 10) + id.slice(10)
  await mkdir(join(folder, uploadDay(older)), { recursive: true })
  await rename(join(folder, uploadDay(id), id), join(folder, uploadDay(older), older))
  return older
}

function keepHouse(
  options: Partial<HousekeepingOptions> & Pick<HousekeepingOptions, 'storage' | 'keepMs'>,
): { housekeeping: Housekeeping; removed: string[]; warnings: string[] } {
  const removed: string[] = []
  const warnings: string[] = []
  const log = {
    info: () => undefined,
    warn: (_fields: object, message: string) => void warnings.push(message),
    error: () => undefined,
  }
  const housekeeping = new Housekeeping({
    log,
    ...options,
    onRemoved(id) {
      removed.push(id)
      options.onRemoved?.(id)
    },
  })
  onTestFinished(() => housekeeping.stop())
  return { housekeeping, removed, warnings }
}
