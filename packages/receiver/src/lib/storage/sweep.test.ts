import { spawn, spawnSync } from 'node:child_process'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../receiver.fixture.ts'
import { createOwnerName } from './owner.ts'
import { sweepIncoming } from './sweep.ts'

const ownName = createOwnerName()
const [HOST] = ownName.split(`-${process.pid}-`)
const aDayAndAnHourAgo = new Date(Date.now() - 25 * 60 * 60 * 1000)
const beforeThisProcess = new Date(Date.now() - process.uptime() * 1000 - 60_000)

describe('sweepIncoming', () => {
  it('R-02 removes what a process left that is dead', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    expect(await sweptAmong([`${HOST}-${pid}-0123456789ab`])).toEqual([
      `${HOST}-${pid}-0123456789ab`,
    ])
  })

  it('R-02 removes what a dead process left whose id is now our own, as in a restarted container', async () => {
    const name = `${HOST}-${process.pid}-0123456789ab`
    expect(await sweptAmong([name], beforeThisProcess)).toEqual([name])
  })

  it('keeps what another copy of this code in this process is writing', async () => {
    expect(await sweptAmong([`${HOST}-${process.pid}-0123456789ab`])).toEqual([])
  })

  it('keeps what a live process of this host is writing, however long ago it began', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    expect(await sweptAmong([`${HOST}-${child.pid}-0123456789ab`], aDayAndAnHourAgo)).toEqual([])
  })

  it('keeps its own folder', async () => {
    expect(await sweptAmong([ownName], aDayAndAnHourAgo)).toEqual([])
  })

  it('removes what another host left only when nothing was written there for a day', async () => {
    const names = ['elsewhere-1-0123456789ab', 'no owner']
    expect(await sweptAmong(names)).toEqual([])
    expect(await sweptAmong(names, aDayAndAnHourAgo)).toEqual(names)
  })

  it('keeps what another host is writing into an upload that it began long ago', async () => {
    const incoming = await leftovers(['elsewhere-1-0123456789ab'], aDayAndAnHourAgo)
    const now = new Date()
    await utimes(join(incoming, 'elsewhere-1-0123456789ab', 'upload', 'half.jpg'), now, now)
    await sweepIncoming(incoming, { own: ownName, claimed: nothing })
    expect(await readdir(incoming)).toEqual(['elsewhere-1-0123456789ab'])
  })

  it('R-09 keeps of a dead process what was sealed and is claimed, and nothing else', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    const owner = `${HOST}-${pid}-0123456789ab`
    const incoming = await leftovers([owner], new Date())
    for (const pending of ['1', '2', '3']) await mkdir(join(incoming, owner, pending))
    for (const sealed of ['1', '2'])
      await writeFile(join(incoming, owner, sealed, 'upload.json'), '')
    const claimed = async () => new Set([`${owner}/2`, `${owner}/4`])
    await sweepIncoming(incoming, { own: ownName, claimed })
    expect(await readdir(join(incoming, owner))).toEqual(['2'])
  })
})

async function nothing(): Promise<ReadonlySet<string>> {
  return new Set()
}

async function sweptAmong(names: readonly string[], changedAt = new Date()): Promise<string[]> {
  const incoming = await leftovers(names, changedAt)
  await sweepIncoming(incoming, { own: ownName, claimed: nothing })
  const left = await readdir(incoming)
  return names.filter((name) => !left.includes(name))
}

async function leftovers(names: readonly string[], changedAt: Date): Promise<string> {
  const incoming = await temporaryFolder()
  for (const name of names) {
    const upload = join(incoming, name, 'upload')
    await mkdir(upload, { recursive: true })
    await writeFile(join(upload, 'half.jpg'), 'half')
    for (const path of [join(upload, 'half.jpg'), upload, join(incoming, name)]) {
      await utimes(path, changedAt, changedAt)
    }
  }
  return incoming
}
