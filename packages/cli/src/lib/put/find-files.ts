import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { escapeControls } from '../display-name.ts'
import { systemErrorCode } from '../errors.ts'
import type { Outcome } from '../upload.ts'

/** A file to upload, or what was named and holds none. */
export type Found =
  | {
      readonly kind: 'file'
      /** As it can be opened from the working directory. */
      readonly path: string
      readonly displayName: string
      /** 0 where that is not known, as of what is not there. */
      readonly sizeBytes: number
    }
  | {
      readonly kind: 'none'
      readonly path: string
      readonly displayName: string
      /** What uploading it would come to. */
      readonly outcome: Extract<Outcome, { kind: 'failed' }>
      /** Why, in a person's words. */
      readonly why: string
    }

/** What to do with what is no file. */
export interface WalkOptions {
  /** Called when a folder is found among the names. */
  readonly onFolder: () => void
  /** Called with the path of each symbolic link, device, pipe and socket, none of which is uploaded. */
  readonly onSkip: (path: string) => void
}

/** The `errno` and text of `wx.uploadFile` for what the system says of a folder. */
const folderFailures: Readonly<Record<string, readonly [errno: number, text: string]>> = {
  EACCES: [1_300_013, 'permission denied'],
  EPERM: [1_300_013, 'permission denied'],
  ENOENT: [1_300_002, 'file not found'],
}

/**
 * The files of these names, one at a time: a folder is walked, in the order of its names' characters, hidden files and all.
 *
 * A symbolic link is followed where it was named itself. Inside a folder it may lead anywhere, out of it or around in a
 * circle, and is left out.
 */
export async function* findFiles(
  names: AsyncIterable<string> | Iterable<string>,
  options: WalkOptions,
): AsyncGenerator<Found> {
  for await (const name of names) {
    const stats = await stat(name).catch(() => undefined)
    if (!stats?.isDirectory()) {
      yield found(name, stats?.isFile() === false ? name : shorten(name), stats?.size)
      continue
    }
    options.onFolder()
    let isEmpty = true
    for await (const each of walk(name, shorten(name), options)) {
      isEmpty = false
      yield each
    }
    // [U-09] What the client says of any folder.
    if (isEmpty) yield none(name, [1_300_021, 'is a directory'], 'there is no file in this folder')
  }
}

/** @param shown how the names of files in the folder begin */
async function* walk(folder: string, shown: string, options: WalkOptions): AsyncGenerator<Found> {
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const code = systemErrorCode(error) ?? String(error)
    const failure = folderFailures[code] ?? ([1_300_005, 'file cannot be read'] as const)
    yield none(folder, failure, `cannot list the folder (${code})`)
    return
  }
  for (const entry of entries.toSorted(byName)) {
    const child = folder === '.' ? entry.name : join(folder, entry.name)
    const childShown = join(shown, entry.name)
    if (entry.isDirectory()) yield* walk(child, childShown, options)
    else if (entry.isFile()) yield found(child, childShown, (await sizeOf(child)) ?? 0)
    else options.onSkip(child)
  }
}

/** The same on every machine, whatever its language. */
function byName(a: Dirent, b: Dirent): number {
  if (a.name === b.name) return 0
  return a.name < b.name ? -1 : 1
}

/** Unlike `path.join` it leaves what leads through a link and back (`link/..`) as it is. */
function join(folder: string, name: string): string {
  if (folder === '') return name
  return folder.endsWith('/') || folder.endsWith(path.sep)
    ? folder + name
    : folder + path.sep + name
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size
}

/** A name as it is shown: of an absolute path the last segment, of the folder one is in nothing. */
function shorten(name: string): string {
  if (/^\.[\\/]*$/.test(name)) return ''
  return path.isAbsolute(name) ? path.basename(name) || name : name
}

function found(file: string, shown: string, sizeBytes = 0): Found {
  return { kind: 'file', path: file, displayName: escapeControls(shown), sizeBytes }
}

function none(
  folder: string,
  [errno, text]: readonly [errno: number, text: string],
  why: string,
): Found {
  return {
    kind: 'none',
    path: folder,
    displayName: escapeControls(folder),
    outcome: { kind: 'failed', errno, errMsg: `uploadFile:fail ${text}` },
    why,
  }
}
