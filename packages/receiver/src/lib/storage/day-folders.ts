import { readdir, rmdir } from 'node:fs/promises'
import { isDayFolder, type DiskLayout } from './disk-layout.ts'
import { makeFolder } from './make-folder.ts'

const dayMs = 24 * 60 * 60 * 1000

/**
 * The folders of days. An upload may be renamed into one only when the folder's own name is on the disk, whoever made it:
 * so everyone waits for the one who flushes it.
 */
export class DayFolders {
  readonly #layout: DiskLayout
  readonly #flush: (folder: string) => Promise<void>
  #latest: { readonly day: string; readonly ready: Promise<void> } | undefined

  constructor(layout: DiskLayout, flush: (folder: string) => Promise<void>) {
    this.#layout = layout
    this.#flush = flush
  }

  /** Resolves when the folder is there to stay; does it once a day. */
  make(day: string): Promise<void> {
    if (this.#latest?.day === day) return this.#latest.ready
    const ready = this.#make(day)
    this.#latest = { day, ready }
    return ready
  }

  /** The folder is gone: `make` has to make it again. */
  forget(): void {
    this.#latest = undefined
  }

  /** Removes the folders of days in which nothing is left, and nothing comes any more. */
  async sweep(): Promise<void> {
    // An id is of the time at which its upload was sealed: a day later it is published, or never.
    const yesterday = new Date(Date.now() - dayMs).toISOString().slice(0, 10)
    for (const name of await readdir(this.#layout.root)) {
      // Fails where something is left.
      if (isDayFolder(name) && name < yesterday)
        await rmdir(this.#layout.dayFolder(name)).catch(ignore)
    }
  }

  async #make(day: string): Promise<void> {
    try {
      await makeFolder(this.#layout.dayFolder(day))
      await this.#flush(this.#layout.root)
    } catch (error) {
      this.forget()
      throw error
    }
  }
}

function ignore(): void {}
