import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { filesBelow, get, post, startReceiver, temporaryFolder } from '../receiver.fixture.ts'
import { content, store } from './describe-storage.fixture.ts'
import { createDiskStorage } from './disk-storage.ts'

const thisFile = fileURLToPath(import.meta.url)
const vitest = fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json')))

// Only root may mount. Anybody else runs this file as root of a namespace of their own.
const isRoot = process.getuid?.() === 0

describe('a disk', () => (isRoot ? asRoot() : inNamespace()))

function inNamespace(): void {
  it('R-03 is told from other failures', async () => {
    const run = [process.execPath, vitest, 'run', '--project', 'node', thisFile]
    const { stdout } = await promisify(execFile)('unshare', ['-rm', ...run])
    expect(stdout).toMatch(/4 passed/)
  }, 60_000)
}

function asRoot(): void {
  it('R-03 that is full is storage-full, and what was written is removed', async () => {
    const folder = await smallDisk()
    const storage = createDiskStorage(folder)
    const upload = storage.createUpload()
    const file = upload.createFile('large.bin')
    const chunks = Array.from({ length: 32 }, () => Buffer.alloc(65_536, 1))
    await expect(file.write(chunks)).rejects.toMatchObject({
      code: 'storage-full',
      message: 'Writing the file large.bin failed: ENOSPC',
    })
    await upload.discard()
    expect(await filesBelow(folder)).toEqual([])
    expect(await content(storage, await store(storage, [['small.txt', ['fits']]]))).toBe('fits')
  })

  it('R-03 that became read-only is storage-unavailable, and what is there can be read', async () => {
    const folder = await smallDisk()
    const storage = createDiskStorage(folder)
    const before = await store(storage, [['a.txt', ['a']]])
    remount(folder, 'ro')
    await expect(store(storage, [['b.txt', ['b']]])).rejects.toMatchObject({
      code: 'storage-unavailable',
    })
    await expect(storage.remove(before.id)).rejects.toMatchObject({ code: 'storage-unavailable' })
    expect(await content(storage, before)).toBe('a')
    remount(folder, 'rw')
    expect((await storage.list({ limit: 10 })).uploads).toEqual([before])
  })

  it('R-03 that is full is answered with 507, and nothing is listed', async () => {
    const folder = await smallDisk()
    const { url } = await startReceiver({ storage: createDiskStorage(folder) })
    const { status, body } = await post(url, [large])
    expect([status, body.type]).toEqual([507, 'urn:wx-upload:problem:storage-full'])
    expect((await get(`${url}/uploads`)).body.uploads).toEqual([])
    expect(await filesBelow(folder)).toEqual([])
    expect((await post(url, [small])).status).toBe(200)
  })

  it('R-03 that is read-only is answered with 503, and nothing is listed', async () => {
    const folder = await smallDisk()
    const { url } = await startReceiver({ storage: createDiskStorage(folder) })
    remount(folder, 'ro')
    const { status, body } = await post(url, [small])
    expect([status, body.type]).toEqual([503, 'urn:wx-upload:problem:storage-unavailable'])
    expect((await get(`${url}/uploads`)).body.uploads).toEqual([])
    remount(folder, 'rw')
    expect((await post(url, [small])).status).toBe(200)
  })
}

const small = { name: 'f', fileName: 'small.txt', body: 'fits' }
const large = { name: 'f', fileName: 'large.bin', body: Buffer.alloc(2_000_000) }

/** A file system of its own, of 1 MiB. */
async function smallDisk(): Promise<string> {
  const folder = await temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder])
  })
  return folder
}

function remount(folder: string, mode: 'ro' | 'rw'): void {
  execFileSync('mount', ['-o', `remount,bind,${mode}`, folder])
}
