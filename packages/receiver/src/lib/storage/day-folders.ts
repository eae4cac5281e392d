import type { DiskLayout } from './disk-layout.ts'
import { makeFolder } from './make-folder.ts'

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
