import type { Readable } from 'node:stream'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { decodeTime } from 'ulid'
import { ReceiverError } from '../../problem/errors.ts'
import type {
  ClaimName,
  PageOptions,
  PendingUpload,
  ReadFileOptions,
  SealedUpload,
  Storage,
  StoredFile,
  UploadPage,
  UploadRecord,
} from '../storage.ts'
import { parseSealed } from '../sealed-text.ts'
import { isUploadId } from '../upload-id.ts'
import { readUploadPage } from '../upload-page.ts'
import { Leftovers } from './leftovers.ts'
import { ObjectStore } from './object-store.ts'
import { S3Claims } from './s3-claims.ts'
import { retryStrategy } from './retry-strategy.ts'
import { failureName } from './s3-errors.ts'
import { fileKey, recordKey, recordsFolder } from './s3-keys.ts'
import { listRecordIds } from './s3-list.ts'
import { fileKeys, publishClaimed, publishOwn } from './s3-publish.ts'
import { isPlaceOf, parseS3Record } from './s3-record.ts'
import { sweepStore } from './s3-sweep.ts'
import { S3Upload } from './s3-upload.ts'
import { createStoreAgents } from './store-agents.ts'
import { StoredBody } from './stored-body.ts'

const dayMs = 24 * 60 * 60 * 1000
const recordsAtOnce = 16
const checkTimeoutMs = 5000

/** Options of {@link createS3Storage}. */
export interface S3StorageOptions {
  /** The bucket, which is there already. */
  readonly bucket: string
  /** The folder in the bucket that is the storage's own. Default '': all of the bucket. */
  readonly prefix?: string
  /** The address of the store. Default: the one of Amazon for the region. */
  readonly endpoint?: string
  /** Default: what the SDK finds in the environment and in files; with an endpoint `AWS_REGION`, else `us-east-1`. */
  readonly region?: string
  /** Whether the bucket is in the path of addresses instead of the host's name, as Ceph and MinIO want it. Default false. */
  readonly forcePathStyle?: boolean
  /** Key and secret, or what gives them. Default: what the SDK finds in the environment, in files, or at its machine. */
  readonly credentials?: S3ClientConfig['credentials']
  /** A client to use as it is, instead of one made of the options above. */
  readonly client?: S3Client
  /**
   * Milliseconds after which what never became an upload is removed. No upload may take more than half of it. Default 24 h; the
   * same at all servers of a bucket.
   */
  readonly orphanAgeMs?: number
  /** Milliseconds after which an operation on the store has failed, whatever the store does. Default 30 s. */
  readonly operationTimeoutMs?: number
}

/**
 * Uploads in a bucket of Amazon S3, Ceph, MinIO or another store that speaks their language. Any number of servers may share it.
 * Throws a TypeError for options that cannot be.
 */
export function createS3Storage(options: S3StorageOptions): Storage {
  return new S3Storage(options)
}

class S3Storage implements Storage {
  readonly #store: ObjectStore
  readonly #leftovers: Leftovers
  readonly #claims: S3Claims
  readonly #orphanAgeMs: number
  readonly #operationTimeoutMs: number
  /** The places of uploads that this process has sealed and not published, and whether others may know of them. */
  readonly #sealed = new Map<string, { isClaimed: boolean }>()
  /** Where the files of records are that were read here. */
  readonly #places = new WeakMap<StoredFile, string>()
  #opened: Promise<void> | undefined

  constructor(options: S3StorageOptions) {
    const { bucket, prefix = '', orphanAgeMs = dayMs, operationTimeoutMs = 30_000 } = options
    if (bucket === '') throw new TypeError('bucket should be the name of a bucket')
    for (const [name, value] of Object.entries({ orphanAgeMs, operationTimeoutMs })) {
      if (!(value > 0)) throw new TypeError(`${name} should be above 0 instead of ${value}`)
    }
    this.#orphanAgeMs = orphanAgeMs
    this.#operationTimeoutMs = operationTimeoutMs
    this.#store = new ObjectStore({
      client: options.client ?? createClient(options, operationTimeoutMs),
      bucket,
      prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
      operationTimeoutMs,
      onAnswer: () => this.#leftovers.storeAnswered(),
    })
    this.#leftovers = new Leftovers(this.#store)
    this.#claims = new S3Claims(this.#store)
  }

  open(): Promise<void> {
    this.#opened ??= this.#probe('Opening the storage').catch((error: unknown) => {
      this.#opened = undefined
      throw error
    })
    return this.#opened
  }

  check(): Promise<void> {
    return this.#probe('Checking the storage')
  }

  createUpload(): PendingUpload {
    return new S3Upload({
      store: this.#store,
      leftovers: this.#leftovers,
      maxAgeMs: this.#orphanAgeMs / 2,
      onSealed: (place) => void this.#sealed.set(place, { isClaimed: false }),
      onDiscard: (place) => void this.#sealed.delete(place),
    })
  }

  async publish(sealed: SealedUpload): Promise<boolean> {
    const { record, place } = sealed
    if (!isUploadId(record.id) || !isPlaceOf(record.id, place)) {
      throw new ReceiverError('upload-damaged', 'Storing the upload found a damaged claim')
    }
    const own = this.#sealed.get(place)
    this.#sealed.delete(place)
    // A server that slept for long finds out like any other whether it has been swept.
    const isNew = own !== undefined && Date.now() - decodeTime(place) < (this.#orphanAgeMs * 3) / 4
    if (!isNew || own.isClaimed) return await publishClaimed(sealed, { store: this.#store, isNew })
    await publishOwn(sealed, { store: this.#store, leftovers: this.#leftovers })
    return true
  }

  list({ limit, before, signal }: PageOptions): Promise<UploadPage> {
    return this.#store.attempt('Listing the uploads', (inTime) =>
      readUploadPage(limit, {
        signal,
        ids: listRecordIds(this.#store, { before, limit, signal: inTime }),
        readText: (id) => this.#store.readText(recordKey(id), inTime),
        parse: (id, text) => this.#parse(id, text).record,
        recordsAtOnce,
      }),
    )
  }

  async get(id: string): Promise<UploadRecord | undefined> {
    return (await this.#find(id))?.record
  }

  async read(id: string, { file, start, end }: ReadFileOptions): Promise<Readable> {
    const what = `Reading the file ${file.storedAs}`
    const place = this.#places.get(file) ?? (await this.#find(id))?.place
    const range = file.size === 0 ? undefined : `bytes=${start}-${end}`
    const found =
      place === undefined
        ? undefined
        : await this.#store.attempt(what, (signal) =>
            this.#store.open(fileKey(place, file.storedAs), { range, signal }),
          )
    if (found === undefined) {
      throw new ReceiverError('not-found', `The file ${file.storedAs} of the upload ${id} is gone`)
    }
    const { body, sizeBytes, wholeBytes } = found
    if (wholeBytes !== file.size || sizeBytes !== (file.size === 0 ? 0 : end - start + 1)) {
      body.destroy()
      throw new ReceiverError(
        'upload-damaged',
        `${what} found ${wholeBytes} bytes instead of ${file.size}`,
      )
    }
    return new StoredBody(body, { what, stallMs: this.#operationTimeoutMs })
  }

  async remove(id: string): Promise<boolean> {
    if (!isUploadId(id)) return false
    const what = `Removing the upload ${id}`
    const key = recordKey(id)
    const text = await this.#store.attempt(what, async (signal) => {
      const found = await this.#store.readText(key, signal)
      if (found !== undefined) await this.#store.delete(key, signal)
      return found
    })
    if (text === undefined) return false
    // From here on it is gone for those who read.
    const keys = this.#keysOfFiles(id, text)
    try {
      await this.#store.attempt(what, async (signal) => {
        await Promise.all(keys.map((file) => this.#store.delete(file, signal)))
        // Who was publishing it when its files were still there has written the record again.
        await this.#store.delete(key, signal)
      })
    } catch {
      this.#leftovers.add([...keys, key].map((left) => ({ key: left })))
    }
    return true
  }

  claim(name: ClaimName, text: string): Promise<string | undefined> {
    const own = this.#sealed.get(parseSealed(text)?.place ?? '')
    if (own !== undefined) own.isClaimed = true
    return this.#claims.claim(name, text)
  }

  readClaim(name: ClaimName): Promise<string | undefined> {
    return this.#claims.read(name)
  }

  releaseClaim(name: ClaimName): Promise<void> {
    return this.#claims.release(name)
  }

  async sweep(): Promise<void> {
    await this.#leftovers.remove()
    await sweepStore({ store: this.#store, orphanAgeMs: this.#orphanAgeMs })
  }

  async #probe(what: string): Promise<void> {
    try {
      await this.#store.attempt(
        what,
        (signal) => this.#store.list({ prefix: recordsFolder, limit: 1 }, signal),
        { timeoutMs: checkTimeoutMs },
      )
    } catch (error) {
      if (!(error instanceof ReceiverError) || failureName(error.cause) !== 'NoSuchBucket')
        throw error
      throw new ReceiverError(
        'storage-unavailable',
        `${what} found no bucket of its name: make it first`,
        { cause: error.cause },
      )
    }
  }

  async #find(id: string): Promise<SealedUpload | undefined> {
    if (!isUploadId(id)) return undefined
    const what = `Reading the record of the upload ${id}`
    const text = await this.#store.attempt(what, (signal) =>
      this.#store.readText(recordKey(id), signal),
    )
    if (text === undefined) return undefined
    try {
      return this.#parse(id, text)
    } catch (cause) {
      throw new ReceiverError('upload-damaged', `${what} failed`, { cause })
    }
  }

  #parse(id: string, text: string): SealedUpload {
    const sealed = parseS3Record(id, text)
    for (const file of sealed.record.files) this.#places.set(file, sealed.place)
    return sealed
  }

  #keysOfFiles(id: string, text: string): string[] {
    try {
      return fileKeys(parseS3Record(id, text))
    } catch {
      // Nobody knows where they are: the sweeper finds them.
      return []
    }
  }
}

/** A client whose requests end in bounded time: by default the SDK waits for ever. */
function createClient(options: S3StorageOptions, operationTimeoutMs: number): S3Client {
  const { endpoint, forcePathStyle = false, credentials } = options
  // A store of one's own has no regions, and wants one named.
  const ownRegion = endpoint === undefined ? undefined : (process.env['AWS_REGION'] ?? 'us-east-1')
  const region = options.region ?? ownRegion
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    forcePathStyle,
    // By default the SDK sends checksums in trailers, which Ceph and Swift refuse. Every body has a Content-MD5.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // By default the SDK waits for 100 Continue before all but small bodies, each time by a new connection, and not every store says it.
    expectContinueHeader: false,
    retryStrategy,
    requestHandler: {
      connectionTimeout: Math.min(3000, operationTimeoutMs / 2),
      // Half of the time is left for another try, perhaps at another server.
      requestTimeout: operationTimeoutMs / 2,
      throwOnRequestTimeout: true,
      ...createStoreAgents(),
    },
  })
}
