import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CliError, systemErrorCode } from '../errors.ts'

/** What fits a command line that a person pastes. */
const mostNames = 20
const mostCharacters = 2000

/** The files that have not been uploaded. */
export type Unsent =
  | { readonly kind: 'none' }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  /** Too many for a command line, and no file could be written. */
  | { readonly kind: 'lost' }
  | {
      readonly kind: 'file'
      readonly file: string
      readonly isNull: boolean
      /** How many names have a line break, and are not in a list of lines. */
      readonly unlistable: number
    }

/** Collects the names of what has not been uploaded. */
export interface UnsentList {
  add(name: string): Promise<void>
  /**
   * Ends it; the list of `--failed-to` has its name from here on. Where names are missing in it there is none, and what was
   * under that name stays.
   */
  close(isWhole: boolean): Promise<Unsent>
}

/** Where the names go. */
export interface UnsentOptions {
  /** The file of `--failed-to`; undefined: a few are in memory, and many in a file of the temporary folder. */
  readonly file: string | undefined
  /** Whether names in that file end with a NUL. */
  readonly isNull: boolean
}

/**
 * A list of what has not been uploaded.
 *
 * @throws {CliError} where `file` cannot be written
 */
export async function createUnsentList({ file, isNull }: UnsentOptions): Promise<UnsentList> {
  // The file that is there stays until the new one is whole: it may be the one that --files-from reads.
  if (file !== undefined)
    return listInFile(await createFile(`${file}.${randomName()}`), { file, isNull })
  const names: string[] = []
  let characters = 0
  let spilled: Promise<UnsentList | undefined> | undefined
  return {
    async add(name) {
      characters += name.length
      if (!spilled && names.length < mostNames && characters <= mostCharacters) {
        names.push(name)
        return
      }
      spilled ??= spill(names)
      await (await spilled)?.add(name)
    },
    async close(isWhole) {
      if (spilled) return (await (await spilled)?.close(isWhole)) ?? { kind: 'lost' }
      return names.length === 0 || !isWhole ? { kind: 'none' } : { kind: 'names', names }
    },
  }
}

/** Goes on in the temporary folder. Nobody asked for that file, so that uploads go on where it cannot be written. */
async function spill(names: readonly string[]): Promise<UnsentList | undefined> {
  const file = path.join(tmpdir(), `wx-upload-not-uploaded-${randomName()}`)
  try {
    const list = listInFile(await createFile(file), { file, isNull: true })
    for (const name of names) await list.add(name)
    return list
  } catch {
    return undefined
  }
}

/** A list for those who would not be told where it is. */
export function createNoList(): UnsentList {
  return { add: async () => {}, close: async () => ({ kind: 'none' }) }
}

function listInFile(
  { handle, createdAs }: { handle: FileHandle; createdAs: string },
  { file, isNull }: { file: string; isNull: boolean },
): UnsentList {
  let listed = 0
  let unlistable = 0
  return {
    async add(name) {
      if (!isNull && /[\r\n]/.test(name)) {
        unlistable += 1
        return
      }
      listed += 1
      await handle
        .appendFile(name + (isNull ? '\0' : '\n'))
        .catch((cause: unknown) => failToWrite(file, cause))
    },
    async close(isWhole) {
      await handle.close()
      if (!isWhole) {
        await rm(createdAs, { force: true })
        return { kind: 'none' }
      }
      if (createdAs !== file) {
        await rename(createdAs, file).catch(async (cause: unknown) => {
          await rm(createdAs, { force: true })
          failToWrite(file, cause)
        })
      }
      if (listed + unlistable === 0) return { kind: 'none' }
      return { kind: 'file', file, isNull, unlistable }
    },
  }
}

async function createFile(createdAs: string): Promise<{ handle: FileHandle; createdAs: string }> {
  // Names of files may be nobody else's business.
  const handle = await open(createdAs, 'ax', 0o600).catch((cause: unknown) =>
    failToWrite(createdAs, cause),
  )
  return { handle, createdAs }
}

function failToWrite(file: string, cause: unknown): never {
  const found = systemErrorCode(cause) ?? String(cause)
  throw new CliError(
    'output',
    `cannot write the list of what was not uploaded, ${file} (${found})`,
    {
      cause,
    },
  )
}

function randomName(): string {
  return randomBytes(6).toString('hex')
}
