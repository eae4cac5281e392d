import { open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { ReceiverError, storageError, systemErrorCode } from '../problem/errors.ts'
import { Crowd } from './crowd.ts'
import { DayFolders } from './day-folders.ts'
import { chooseCalls, type DiskCalls } from './disk-calls.ts'
import { DiskClaims } from './disk-claims.ts'
import { syncFolder } from './disk-file.ts'
import { DiskLayout } from './disk-layout.ts'
import { listUploadIds } from './disk-list.ts'
import { parseRecord } from './disk-record.ts'
import { DiskUpload } from './disk-upload.ts'
import { makeFolder } from './make-folder.ts'
import { createOwnerName, createPendingName } from './owner.ts'
import { publishUpload } from './publish-upload.ts'
import { parseSealed } from './sealed-text.ts'
import type {
  ClaimName,
  PageOptions,
  PendingUpload,
  ReadFileOptions,
  SealedUpload,
  Storage,
  UploadPage,
  UploadRecord,
} from './storage.ts'
import { sweepIncoming } from './sweep.ts'
import { isUploadId } from './upload-id.ts'
import { readUploadPage } from './upload-page.ts'

/** Options of {@link createDiskStorage}. */
export interface DiskStorageOptions {
  /**
   * `'fsync'`: an upload that was answered survives a power cut. `'none'`: it survives the end of the process, and
   * the system writes it to the disk when it likes; small calls are made in the main thread, so it is for local disks.
   * Default `'fsync'`.
   */
  readonly durability?: 'fsync' | 'none'
}

/**
 * Uploads in a folder, each in its own: `<folder>/2026-11-23/<id>/photo.jpg` beside `upload.json`, the record. Several
 * servers may share the folder. The folder is made when it is not there.
 */
export function createDiskStorage(folder: string, options: DiskStorageOptions = {}): Storage {
  return new DiskStorage(folder, options)
}

// One a process, so that a second storage of this process on the same folder is not taken for a dead one.
const ownerName = createOwnerName()
const readAheadBytes = 256 * 1024
const recordsAtOnce = 8

class DiskStorage implements Storage {
  readonly #layout: DiskLayout
  readonly #durable: boolean
  readonly #ownerFolder: string
  readonly #days: DayFolders
  readonly #claims: DiskClaims
  readonly #crowd = new Crowd()
  #opened: Promise<void> | undefined

  constructor(folder: string, { durability = 'fsync' }: DiskStorageOptions) {
    this.#layout = new DiskLayout(resolve(folder))
    this.#durable = durability === 'fsync'
    this.#ownerFolder = join(this.#layout.incoming, ownerName)
    this.#days = new DayFolders(this.#layout, this.#durable ? syncFolder : keepUnflushed)
    this.#claims = new DiskClaims({
      folder: this.#layout.claims,
      draftFolder: this.#ownerFolder,
      durable: this.#durable,
    })
  }

  open(): Promise<void> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined
      throw storageError(error, 'Opening the storage')
    })
    return this.#opened
  }

  async check(): Promise<void> {
    await attempt('Checking the storage', async () => {
      await makeFolder(this.#ownerFolder)
      const probe = join(this.#ownerFolder, `${createPendingName()}.check`)
      try {
        await writeFile(probe, 'A server can write here.\n')
      } finally {
        await rm(probe, { force: true })
      }
    })
  }

  createUpload(): PendingUpload {
    const onOver = this.#crowd.enter()
    return new DiskUpload({
      layout: this.#layout,
      owner: ownerName,
      durable: this.#durable,
      calls: this.#chooseCalls(),
      onOver,
    })
  }

  publish(sealed: SealedUpload): Promise<boolean> {
    return attempt('Storing the upload', () =>
      publishUpload(sealed, {
        layout: this.#layout,
        days: this.#days,
        calls: this.#chooseCalls(),
        durable: this.#durable,
      }),
    )
  }

  async list({ limit, before, signal }: PageOptions): Promise<UploadPage> {
    try {
      return await readUploadPage(limit, {
        signal,
        ids: listUploadIds(this.#layout, before),
        readText: (id) => this.#readRecordText(id),
        parse: (id, text) => ({ id, ...parseRecord(text) }),
        recordsAtOnce,
      })
    } catch (error) {
      throw storageError(error, 'Listing the uploads')
    }
  }

  async get(id: string): Promise<UploadRecord | undefined> {
    if (!isUploadId(id)) return undefined
    const text = await this.#readRecordText(id)
    if (text === undefined) return undefined
    return readRecord(id, text)
  }

  async read(id: string, { file, start, end }: ReadFileOptions): Promise<Readable> {
    const handle = await this.#openFile(id, file.storedAs)
    try {
      const { size } = await handle.stat()
      if (size !== file.size) {
        throw new ReceiverError(
          'upload-damaged',
          `Reading the file ${file.storedAs} found ${size} bytes instead of ${file.size}`,
        )
      }
      return handle.createReadStream({ start, end, highWaterMark: readAheadBytes })
    } catch (error) {
      await handle.close()
      throw storageError(error, `Reading the file ${file.storedAs}`)
    }
  }

  async remove(id: string): Promise<boolean> {
    if (!isUploadId(id)) return false
    const folder = this.#layout.uploadFolder(id)
    const grave = join(this.#ownerFolder, createPendingName())
    try {
      await makeFolder(this.#ownerFolder)
      await rename(folder, grave)
      if (this.#durable) await syncFolder(dirname(folder))
      await rm(grave, { recursive: true, force: true })
      return true
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return false
      throw storageError(error, `Removing the upload ${id}`)
    }
  }

  claim(name: ClaimName, text: string): Promise<string | undefined> {
    return attempt('Claiming a name', () => this.#claims.claim(name, text))
  }

  readClaim(name: ClaimName): Promise<string | undefined> {
    return attempt('Looking for a claim', () => this.#claims.read(name))
  }

  releaseClaim(name: ClaimName): Promise<void> {
    return attempt('Giving a claim back', () => this.#claims.release(name))
  }

  sweep(): Promise<void> {
    return attempt('Sweeping the storage', async () => {
      await this.#claims.sweep()
      await sweepIncoming(this.#layout.incoming, {
        own: ownerName,
        claimed: () => this.#claimedPlaces(),
      })
      await this.#days.sweep()
    })
  }

  #chooseCalls(): DiskCalls {
    return chooseCalls({ durable: this.#durable, others: this.#crowd.size })
  }

  async #open(): Promise<void> {
    await makeFolder(this.#ownerFolder)
    await this.sweep()
  }

  async #claimedPlaces(): Promise<Set<string>> {
    const places = new Set<string>()
    for await (const text of this.#claims.keys()) {
      const sealed = parseSealed(text)
      if (sealed !== undefined) places.add(sealed.place)
    }
    return places
  }

  async #readRecordText(id: string): Promise<string | undefined> {
    try {
      return await readFile(this.#layout.record(id), 'utf8')
    } catch (error) {
      const code = systemErrorCode(error)
      // ENOTDIR: a file that somebody gave an upload's name.
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      throw storageError(error, `Reading the record of the upload ${id}`)
    }
  }

  async #openFile(id: string, storedAs: string): Promise<Awaited<ReturnType<typeof open>>> {
    try {
      return await open(join(this.#layout.uploadFolder(id), storedAs))
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') {
        throw new ReceiverError('not-found', `The file ${storedAs} of the upload ${id} is gone`, {
          cause: error,
        })
      }
      throw storageError(error, `Reading the file ${storedAs}`)
    }
  }
}

async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw storageError(error, what)
  }
}

async function keepUnflushed(): Promise<void> {}

function readRecord(id: string, text: string): UploadRecord {
  try {
    return { id, ...parseRecord(text) }
  } catch (cause) {
    throw new ReceiverError('upload-damaged', `Reading the record of the upload ${id} failed`, {
      cause,
    })
  }
}
