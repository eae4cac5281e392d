import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../receiver.fixture.ts'
import { DayFolders } from './day-folders.ts'
import { DiskLayout } from './disk-layout.ts'

const day = '2026-11-23'

describe('DayFolders', () => {
  it('R-02 lets no upload into a new day before the name of the day is on the disk', async () => {
    const { folders, root, flush } = await dayFolders()
    const settled: string[] = []
    const first = folders.make(day).then(() => settled.push('first'))
    await expect.poll(() => flush.calls).toBe(1)
    const second = folders.make(day).then(() => settled.push('second'))
    // The folder is there for anyone to rename into.
    expect((await stat(join(root, day))).isDirectory()).toBe(true)
    expect(settled).toEqual([])
    flush.release()
    await Promise.all([first, second])
    expect(flush.calls).toBe(1)
  })

  it('makes each day once, and again after it failed or was forgotten', async () => {
    const { folders, root, flush } = await dayFolders()
    flush.release()
    await folders.make(day)
    await folders.make(day)
    expect(flush.calls).toBe(1)
    await folders.make('2026-11-24')
    expect(flush.calls).toBe(2)
    await rm(join(root, '2026-11-24'), { recursive: true })
    folders.forget()
    await folders.make('2026-11-24')
    expect((await stat(join(root, '2026-11-24'))).isDirectory()).toBe(true)
    flush.failure = new Error('no flush')
    await expect(folders.make(day)).rejects.toThrow('no flush')
    flush.failure = undefined
    await folders.make(day)
    expect(flush.calls).toBe(5)
  })
})

async function dayFolders(): Promise<{ folders: DayFolders; root: string; flush: Flush }> {
  const root = await temporaryFolder()
  const flush = new Flush()
  return { folders: new DayFolders(new DiskLayout(root), () => flush.run()), root, flush }
}

/** A flush that waits until it is released. */
class Flush {
  readonly #gate: Promise<void>
  release: () => void = () => undefined
  failure: Error | undefined
  calls = 0

  constructor() {
    this.#gate = new Promise((resolve) => {
      this.release = resolve
    })
  }

  async run(): Promise<void> {
    this.calls += 1
    await this.#gate
    if (this.failure !== undefined) throw this.failure
  }
}
