import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { UploadError } from '../errors.ts'
import { rethrowAsFileError } from './local-file.ts'
import type { SandboxPlace } from './sandbox-path.ts'

/** Linux: gets hold of a file without opening it, so that not even a device notices. Node.js does not list it. */
const O_PATH = 0o10000000

/** Non-blocking, for a FIFO that was put in place of a file. */
const forReading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Opens a file of the sandbox for reading. A link may lead to it that stays in its folder. [U-10]
 *
 * @throws {UploadError} `sandbox`, and nothing was opened, where a link leads out or what is there is neither a file nor
 * a folder; else as for any file
 */
export const openInside: (place: SandboxPlace) => Promise<FileHandle> =
  process.platform === 'linux' ? openPinned : openCompared

/**
 * On Linux: gets hold of what the path leads to, asks the system where that lies, and opens that very file. What is renamed or
 * linked meanwhile changes nothing.
 */
async function openPinned({ folder, names }: SandboxPlace): Promise<FileHandle> {
  return await withPinned(folder, async (base) => {
    try {
      return await withPinned([base, ...names].join('/'), async (file, handle) => {
        // A character for each byte, so that no two paths look the same.
        const [inner, outer] = [await readlink(file, 'latin1'), await readlink(base, 'latin1')]
        if (!isWithin(inner, outer)) throw new UploadError('sandbox')
        assertFile(await handle.stat())
        return await open(file, forReading)
      })
    } catch (error) {
      return await rethrowFromInside(error, { folder: base, names })
    }
  }).catch(rethrowAsFileError)
}

/** Hands out a path that leads to what was pinned, wherever it is now. */
async function withPinned<T>(
  path: string,
  use: (pinned: string, handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(path, O_PATH)
  try {
    return await use(`/proc/self/fd/${handle.fd}`, handle)
  } finally {
    await handle.close()
  }
}

/**
 * Elsewhere: what lies there is looked at before and after it is opened, and has to be what was opened. A program that puts
 * links in place and takes them away again in just these moments could still have another file opened.
 */
export async function openCompared({ folder, names }: SandboxPlace): Promise<FileHandle> {
  const base = await realpath(folder).catch(rethrowAsFileError)
  const path = join(base, ...names)
  let handle: FileHandle | undefined
  try {
    const before = await look(path, base)
    handle = await open(before.path, forReading | (constants.O_NOFOLLOW ?? 0))
    const opened = await handle.stat({ bigint: true })
    const after = await look(path, base)
    const isSame = [before, after].every(
      ({ stats }) => stats.dev === opened.dev && stats.ino === opened.ino,
    )
    if (!isSame) throw new UploadError('sandbox')
    return handle
  } catch (error) {
    await handle?.close()
    return await rethrowFromInside(error, { folder: base, names })
  }
}

async function look(path: string, base: string) {
  const real = await realpath(path)
  if (!isWithin(real, base)) throw new UploadError('sandbox')
  const stats = await lstat(real, { bigint: true })
  assertFile(stats)
  return { path: real, stats }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function assertFile(stats: { isFile(): boolean; isDirectory(): boolean }): void {
  if (stats.isDirectory()) throw new UploadError('file-is-directory')
  if (!stats.isFile()) throw new UploadError('sandbox')
}

/** What is outside, and whether anything is, stays unknown: a link that leads nowhere fails as one that leads out. */
async function rethrowFromInside(cause: unknown, { folder, names }: SandboxPlace): Promise<never> {
  if (!(cause instanceof UploadError) && (isRefusedLink(cause) || (await hasLink(folder, names)))) {
    throw new UploadError('sandbox', { cause })
  }
  return rethrowAsFileError(cause)
}

/** A link that was put in place of a file in the last moment, or one that leads to itself. */
function isRefusedLink(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ELOOP'
}

async function hasLink(folder: string, names: readonly string[]): Promise<boolean> {
  let path = folder
  for (const name of names) {
    path = join(path, name)
    const stats = await lstat(path).catch(() => undefined)
    if (stats === undefined) return false
    if (stats.isSymbolicLink()) return true
  }
  return false
}
