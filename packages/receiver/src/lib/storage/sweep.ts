import { existsSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { systemErrorCode } from '../problem/errors.ts'
import { recordName } from './disk-layout.ts'
import { isOnThisHost, parseOwnerName } from './owner.ts'

const idleMs = 24 * 60 * 60 * 1000

/** What is not to be swept. */
export interface SweepOptions {
  /** The name of this process's own folder. */
  readonly own: string
  /** The places of sealed uploads that somebody may still publish. */
  readonly claimed: () => Promise<ReadonlySet<string>>
}

/** Removes what dead processes left below `.incoming`, and nothing that a live one may be writing. */
export async function sweepIncoming(
  incoming: string,
  { own, claimed }: SweepOptions,
): Promise<void> {
  for (const name of await readdir(incoming)) {
    const folder = join(incoming, name)
    if (name === own || !(await isAbandoned(folder, name))) continue
    const pending = await namesIn(folder)
    // There may be many claims, and hardly ever is there anything sealed.
    const places = pending.some((upload) => isSealed(join(folder, upload)))
      ? await claimed()
      : new Set()
    const left = pending.filter((upload) => !places.has(`${name}/${upload}`))
    await Promise.all(left.map((upload) => remove(join(folder, upload))))
    if (left.length === pending.length) await remove(folder)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch(() => [])
}

function isSealed(upload: string): boolean {
  return existsSync(join(upload, recordName))
}

async function remove(path: string): Promise<void> {
  // Another server may be sweeping the same; what cannot be removed is no reason not to start.
  await rm(path, { recursive: true, force: true }).catch(() => undefined)
}

async function isAbandoned(folder: string, name: string): Promise<boolean> {
  const owner = parseOwnerName(name)
  if (owner === undefined || !isOnThisHost(owner))
    return (await lastChange(folder)) < Date.now() - idleMs
  // A process that had our id before us, or another copy of this code in our process: only the first is dead.
  if (owner.pid === process.pid)
    return (await lastChange(folder)) < Date.now() - process.uptime() * 1000
  return !isAlive(owner.pid)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: there is such a process, of another user.
    return systemErrorCode(error) !== 'ESRCH'
  }
}

/** When anything in the folder was last written, in milliseconds since the epoch; now, where that cannot be known. */
async function lastChange(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true })
    const times = await Promise.all(
      [folder, ...entries.map((entry) => join(folder, entry))].map(changeTime),
    )
    return Math.max(...times)
  } catch {
    return Date.now()
  }
}

async function changeTime(path: string): Promise<number> {
  return (await stat(path)).mtimeMs
}
