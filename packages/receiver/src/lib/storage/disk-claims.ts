import { link, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemErrorCode } from '../problem/errors.ts'
import { pooledCalls } from './disk-calls.ts'
import { DiskFile, syncFolder } from './disk-file.ts'
import { makeFolder } from './make-folder.ts'
import { createPendingName } from './owner.ts'
import { claimKeepMs, type ClaimName } from './storage.ts'

/** Where claims are, and where they are written first. */
export interface DiskClaimsOptions {
  readonly folder: string
  /** The folder of this process, on the same file system. */
  readonly draftFolder: string
  readonly durable: boolean
}

/** Claims as files, each whole from the moment it has its name: `.claims/key/<name>`. */
export class DiskClaims {
  readonly #folder: string
  readonly #draftFolder: string
  readonly #durable: boolean

  constructor({ folder, draftFolder, durable }: DiskClaimsOptions) {
    this.#folder = folder
    this.#draftFolder = draftFolder
    this.#durable = durable
  }

  /** Undefined where the claim is ours now, else the text of the one who was first. */
  async claim(name: ClaimName, text: string): Promise<string | undefined> {
    const draft = join(this.#draftFolder, `${createPendingName()}.claim`)
    await makeFolder(this.#draftFolder)
    const file = new DiskFile(draft, { calls: pooledCalls, durable: this.#durable })
    try {
      await file.write([Buffer.from(text)])
      await file.end()
      return await this.#take(name, draft)
    } finally {
      await file.close()
      await rm(draft, { force: true })
    }
  }

  async read(name: ClaimName): Promise<string | undefined> {
    try {
      return await readFile(join(this.#folder, name), 'utf8')
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  async release(name: ClaimName): Promise<void> {
    await rm(join(this.#folder, name), { force: true })
  }

  /** Removes those that have had their time. */
  async sweep(): Promise<void> {
    for (const [kind, keepMs] of Object.entries(claimKeepMs)) {
      const folder = join(this.#folder, kind)
      for (const name of await namesIn(folder)) {
        const path = join(folder, name)
        if ((await changedAt(path)) < Date.now() - keepMs) await rm(path, { force: true })
      }
    }
  }

  /** The texts of the claims of all Idempotency-Keys. */
  async *keys(): AsyncGenerator<string, void, undefined> {
    for (const name of await namesIn(join(this.#folder, 'key'))) {
      const text = await this.read(`key/${name}`)
      if (text !== undefined) yield text
    }
  }

  // A link is there whole or not at all, and for the first alone.
  async #take(name: ClaimName, draft: string): Promise<string | undefined> {
    const path = join(this.#folder, name)
    const kindFolder = dirname(path)
    await makeFolder(kindFolder)
    for (;;) {
      try {
        await link(draft, path)
        if (this.#durable) await syncFolder(kindFolder)
        return undefined
      } catch (error) {
        if (systemErrorCode(error) !== 'EEXIST') throw error
      }
      const first = await this.read(name)
      // Without one it has been given back since.
      if (first !== undefined) return first
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}

async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    // Given back since.
    return Date.now()
  }
}
