import type * as Fs from 'node:fs'
import { type NoParamCallback, readlinkSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../receiver.fixture.ts'
import { store } from './describe-storage.fixture.ts'
import { createDiskStorage, type DiskStorageOptions } from './disk-storage.ts'
import type { PendingFile } from './storage.ts'
import { uploadDay } from './upload-id.ts'

type Flush = (descriptor: number, callback: NoParamCallback) => void
type Rename = (from: string, to: string, callback: NoParamCallback) => void

/** What the system was asked to flush and to rename, in order. Only a power cut would show whether it was. */
const calls = vi.hoisted((): string[] => [])

/** What the next flush fails with. */
const failure = vi.hoisted((): { next: NodeJS.ErrnoException | null } => ({ next: null }))

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof Fs>()
  function watch(flush: Flush): Flush {
    return (descriptor, callback) => {
      const failed = failure.next
      failure.next = null
      flush(descriptor, (error) => {
        calls.push(`flush ${readlinkSync(`/proc/self/fd/${descriptor}`)}`)
        callback(failed ?? error)
      })
    }
  }
  const rename: Rename = (from, to, callback) => {
    calls.push(`rename ${to}`)
    fs.rename(from, to, callback)
  }
  return { ...fs, fsync: watch(fs.fsync), fdatasync: watch(fs.fdatasync), rename }
})

/** Stores an upload of two files. Returns its id and what was asked for, by paths from the storage's folder. */
async function storeTwoFiles(
  options: DiskStorageOptions,
): Promise<{ id: string; asked: readonly string[] }> {
  const folder = await temporaryFolder()
  calls.length = 0
  const { id } = await store(createDiskStorage(folder, options), [
    ['a.txt', ['a']],
    ['b.txt', []],
  ])
  const asked = calls.map((call) =>
    call.replace(folder, '.').replace(/\.incoming\/[^/]+\/[^/]+/, 'half-done'),
  )
  return { id, asked }
}

describe('createDiskStorage', () => {
  it('R-02 flushes files, record and names before the rename that shows an upload, and its name after it', async () => {
    const { id, asked } = await storeTwoFiles({})
    const day = `./${uploadDay(id)}`
    expect(asked).toEqual([
      'flush ./half-done/a.txt',
      'flush ./half-done/b.txt',
      'flush ./half-done/upload.json',
      'flush ./half-done',
      // The day is new too.
      'flush .',
      `rename ${day}/${id}`,
      `flush ${day}`,
    ])
  })

  it('flushes nothing with durability none', async () => {
    const { asked } = await storeTwoFiles({ durability: 'none' })
    expect(asked.filter((call) => call.startsWith('flush'))).toEqual([])
  })

  it('R-02 flushes a large file while more of it comes, and once more at its end', async () => {
    calls.length = 0
    const storage = createDiskStorage(await temporaryFolder())
    const upload = storage.createUpload()
    const file = upload.createFile('large.bin')
    await writeUntilFlushed(file)
    const early = calls.length
    await file.end()
    expect(calls.length).toBeGreaterThan(early)
    expect(new Set(calls.map((call) => call.replace(/.*\//, '')))).toEqual(new Set(['large.bin']))
    await upload.discard()
  })

  it.each([
    ['the next write', (file: PendingFile) => writeUntilFlushed(file)],
    ['the end', (file: PendingFile) => file.end()],
  ])(
    'R-02 says with %s that an early flush has failed, which a later one would not',
    async (_what, goOn) => {
      const storage = createDiskStorage(await temporaryFolder())
      const upload = storage.createUpload()
      const file = upload.createFile('large.bin')
      calls.length = 0
      failure.next = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      await file.write(Array.from({ length: 16 }, () => mebibyte))
      await expect(goOn(file)).rejects.toMatchObject({ code: 'storage-full' })
      await upload.discard()
      // Others are flushed early as before.
      const next = storage.createUpload()
      calls.length = 0
      await writeUntilFlushed(next.createFile('next.bin'))
      await next.discard()
    },
  )
})

const mebibyte = Buffer.alloc(1024 * 1024, 1)

async function writeUntilFlushed(file: PendingFile): Promise<void> {
  while (calls.length === 0) await file.write([mebibyte])
  await file.write([mebibyte])
}
