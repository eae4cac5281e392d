import type * as Fs from 'node:fs'
import { type NoParamCallback, readlinkSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../receiver.fixture.ts'
import { store } from './describe-storage.fixture.ts'
import { createDiskStorage, type DiskStorageOptions } from './disk-storage.ts'
import type { PendingFile, PendingUpload } from './storage.ts'
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
    const { upload, file } = await beginLarge()
    await expect.poll(() => calls.length).toBe(1)
    await file.write([mebibyte])
    await file.end()
    expect(calls.map((call) => call.replace(/ .*\//, ' '))).toEqual([
      'flush large.bin',
      'flush large.bin',
    ])
    await upload.discard()
  })

  it('R-02 says with the next write that an early flush has failed, which a later one would not', async () => {
    failure.next = noSpace()
    const { upload, file } = await beginLarge()
    await expect.poll(() => calls.length).toBe(1)
    await expect(file.write([mebibyte])).rejects.toMatchObject({ code: 'storage-full' })
    await upload.discard()
  })

  it('R-02 says at the end that an early flush has failed, and flushes others early as before', async () => {
    failure.next = noSpace()
    const { upload, file } = await beginLarge()
    await expect(file.end()).rejects.toMatchObject({ code: 'storage-full' })
    await upload.discard()
    const next = await beginLarge()
    await expect.poll(() => calls.length).toBe(1)
    await next.upload.discard()
  })
})

const mebibyte = Buffer.alloc(1024 * 1024, 1)

/** An upload with so much of a file that it is flushed early. */
async function beginLarge(): Promise<{ upload: PendingUpload; file: PendingFile }> {
  const upload = createDiskStorage(await temporaryFolder()).createUpload()
  const file = upload.createFile('large.bin')
  calls.length = 0
  await file.write(Array.from({ length: 16 }, () => mebibyte))
  return { upload, file }
}

function noSpace(): NodeJS.ErrnoException {
  return Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
}
