import { resolve } from 'node:path'
import { scheme } from '../temp-files.ts'

/** The folders of this machine that stand for those of a phone. One that is left out has nothing in it for anybody. */
export interface SandboxFolders {
  /** `wxfile://tmp/…` and `wxfile://tmp_…`, besides what chooseImage has handed out. */
  readonly tmp?: string | undefined
  /** `wxfile://usr/…` */
  readonly usr?: string | undefined
  /** The code package: `/a/b` and `a/b`. */
  readonly code?: string | undefined
}

/** A file by its folder and the names that lead to it from there. */
export interface SandboxPlace {
  readonly folder: string
  /** None: the folder itself. */
  readonly names: readonly string[]
}

/** Where a path of the sandbox lies; undefined for every other path. */
export type Sandbox = (filePath: string) => SandboxPlace | undefined

/**
 * The sandbox with these folders; relative ones are seen from the working directory of now. [U-10]
 *
 * @throws {TypeError} where a folder is no path
 */
export function createSandbox(folders: SandboxFolders): Sandbox {
  const tmp = toFolder(folders, 'tmp')
  const usr = toFolder(folders, 'usr')
  const code = toFolder(folders, 'code')

  return (filePath) => {
    const [, root, rest = ''] = /^wxfile:\/\/(tmp|usr)(?:$|\/([^]*))/.exec(filePath) ?? []
    if (root === 'tmp') return placeIn(tmp, rest)
    if (root === 'usr') return placeIn(usr, rest)
    if (filePath.startsWith(`${scheme}tmp_`)) return placeIn(tmp, filePath.slice(scheme.length))
    return placeIn(code, filePath.replace(/^\//, ''))
  }
}

function toFolder(folders: SandboxFolders, key: keyof SandboxFolders): string | undefined {
  const folder: unknown = folders[key]
  if (folder === undefined) return undefined
  if (typeof folder === 'string' && folder !== '' && !folder.includes('\0')) return resolve(folder)
  throw new TypeError(`Cannot use ${JSON.stringify(folder)} as sandbox.${key}: it should be a path`)
}

function placeIn(folder: string | undefined, path: string): SandboxPlace | undefined {
  const names = path === '' ? [] : path.split('/')
  return folder !== undefined && names.every(isPlainName) ? { folder, names } : undefined
}

/**
 * Separators of every system, the mark of drives, schemes and streams, and what nobody sees: controls, marks of direction,
 * joiners of no width, halves of characters.
 */
const neverInNames = /[/\\:\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Windows leaves these out. It covers `.` and `..` as well. */
const neverLast = /[. ]$/

/** How often a name may be encoded over and over; nobody means more than none. */
const mostEncodings = 8

/** Whether a name means itself alone, however often somebody decodes it. */
function isPlainName(name: string): boolean {
  let spelling = name
  for (let encodings = 0; encodings <= mostEncodings; encodings += 1) {
    if (spelling === '' || neverInNames.test(spelling) || neverLast.test(spelling)) return false
    if (looksLikeDots(spelling)) return false
    const decoded = decode(spelling)
    if (decoded === spelling) return true
    if (decoded === undefined) return false
    spelling = decoded
  }
  return false
}

/** Full-width dots and the like: `．．`, `‥`, and also `．．／`. */
function looksLikeDots(name: string): boolean {
  return name
    .normalize('NFKC')
    .split(/[/\\]/)
    .some((part) => part === '.' || part === '..')
}

/** A percent sign by itself is one; undefined where bytes are encoded that are no UTF-8, such as an overlong `.`. */
function decode(name: string): string | undefined {
  try {
    return name.replace(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent)
  } catch {
    return undefined
  }
}
