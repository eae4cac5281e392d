import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { storageError, systemErrorCode } from '../problem/errors.ts'
import type { DiskCalls } from './disk-calls.ts'
import { DiskFile, syncFolder } from './disk-file.ts'
import { recordName, type DiskLayout } from './disk-layout.ts'
import { formatRecord } from './disk-record.ts'
import { makeFolder } from './make-folder.ts'
import { createPendingName } from './owner.ts'
import { FileNames } from './safe-file-name.ts'
import type { PendingFile, PendingUpload, SealedUpload, UploadDraft } from './storage.ts'
import { createUploadId } from './upload-id.ts'

/** What a disk upload needs to know of its storage. */
export interface DiskUploadOptions {
  readonly layout: DiskLayout
  /** The name of this process's folder below `.incoming`. */
  readonly owner: string
  readonly durable: boolean
  readonly calls: DiskCalls
  /** It is sealed, or discarded, or first the one and then the other. */
  readonly onOver: () => void
}

/** An upload in a folder of its own below `.incoming`. */
export class DiskUpload implements PendingUpload {
  readonly #durable: boolean
  readonly #calls: DiskCalls
  readonly #onOver: () => void
  readonly #place: string
  readonly #folder: string
  readonly #names = new FileNames([recordName])
  #created: Promise<void> | undefined
  #current: DiskFile | undefined

  constructor({ layout, owner, durable, calls, onOver }: DiskUploadOptions) {
    this.#durable = durable
    this.#calls = calls
    this.#onOver = onOver
    this.#place = `${owner}/${createPendingName()}`
    this.#folder = join(layout.incoming, this.#place)
  }

  createFile(sentName: string): PendingFile {
    const storedAs = this.#names.take(sentName)
    const file = this.#newFile(storedAs)
    return {
      storedAs,
      write: (chunks) =>
        this.#attempt(`Writing the file ${storedAs}`, async () => {
          await this.#createFolder()
          this.#current = file
          await file.write(chunks)
        }),
      end: () =>
        this.#attempt(`Finishing the file ${storedAs}`, async () => {
          await this.#createFolder()
          this.#current = file
          await file.end()
          this.#current = undefined
        }),
    }
  }

  seal(draft: UploadDraft): Promise<SealedUpload> {
    return this.#attempt('Storing the upload', async () => {
      await this.#createFolder()
      const record = this.#newFile(recordName)
      this.#current = record
      await record.write([Buffer.from(formatRecord(draft))])
      await record.end()
      if (this.#durable) await syncFolder(this.#folder)
      this.#onOver()
      // Only now, so that ids sort by the time at which uploads became visible.
      return { record: { id: createUploadId(), ...draft }, place: this.#place }
    })
  }

  async discard(): Promise<void> {
    this.#onOver()
    if (this.#created === undefined) return
    await this.#created.catch(ignore)
    try {
      await this.#current?.close()
    } finally {
      await rm(this.#folder, { recursive: true, force: true })
    }
  }

  #newFile(name: string): DiskFile {
    return new DiskFile(join(this.#folder, name), { calls: this.#calls, durable: this.#durable })
  }

  #createFolder(): Promise<void> {
    this.#created ??= createUploadFolder(this.#folder, this.#calls)
    return this.#created
  }

  async #attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      throw storageError(error, what)
    }
  }
}

async function createUploadFolder(folder: string, calls: DiskCalls): Promise<void> {
  try {
    await calls.createFolder(folder)
  } catch (error) {
    // Somebody tidied up `.incoming` while the server ran.
    if (systemErrorCode(error) !== 'ENOENT') throw error
    await makeFolder(folder)
  }
}

function ignore(): void {}
