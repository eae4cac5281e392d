import { createHash } from 'node:crypto'
import { addAbortSignal, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { checkContent, readEtag } from './object-etag.ts'
import { runInTime } from './run-in-time.ts'
import { failureName, httpStatus, s3Error } from './s3-errors.ts'

/** What an {@link ObjectStore} works on. */
export interface ObjectStoreOptions {
  readonly client: S3Client
  readonly bucket: string
  /** What all keys begin with; '' or ending in a slash. */
  readonly prefix: string
  /** Milliseconds after which an operation has failed. */
  readonly operationTimeoutMs: number
  /** An operation succeeded. */
  readonly onAnswer: () => void
}

/** Options of {@link ObjectStore.attempt}. */
export interface AttemptOptions {
  /** Ends the operation early. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds after which it has failed, where that is sooner than for any operation. */
  readonly timeoutMs?: number
}

/** One object of a listing. */
export interface ListedObject {
  readonly key: string
  /** When it was written, by the store's clock, in milliseconds since the epoch. */
  readonly modifiedMs: number
}

/** One answer of a listing, in ascending order of keys. */
export interface Listing {
  readonly objects: readonly ListedObject[]
  /** The folders, where a delimiter was given. */
  readonly folders: readonly string[]
  /** Where to go on; undefined where there is no more. */
  readonly next: string | undefined
  /** What time it is for the store, in milliseconds since the epoch. */
  readonly storeTimeMs: number
}

/** What to list: everything that begins with `prefix` and comes after `after`. */
export interface ListOptions {
  readonly prefix: string
  readonly after?: string | undefined
  /** Goes on where a listing with the same options ended. */
  readonly from?: string | undefined
  /** Most entries; a store may return fewer, and never more than 1000. */
  readonly limit: number
  /** `'/'` to list the folders below the prefix, and what is in none. */
  readonly delimiter?: '/'
}

/** Content on its way to an object. */
export interface PutOptions {
  readonly body: Uint8Array
  readonly md5: Buffer
}

/** A multipart upload that is neither complete nor aborted. */
export interface OpenMultipart {
  readonly key: string
  readonly uploadId: string
  /** When it began, by the store's clock, in milliseconds since the epoch. */
  readonly startedMs: number
}

/** One part, as the store has it. */
export interface StoredPart {
  readonly number: number
  readonly md5: Buffer
  readonly etag: string
}

/**
 * The requests to a store that this storage is made of, each within an operation that ends in bounded time. Keys are below the
 * prefix, here and nowhere else put before them. No other file speaks with the SDK.
 */
export class ObjectStore {
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string
  /** Milliseconds after which an operation has failed. */
  readonly operationTimeoutMs: number
  readonly #onAnswer: () => void

  constructor({ client, bucket, prefix, operationTimeoutMs, onAnswer }: ObjectStoreOptions) {
    this.#client = client
    this.#bucket = bucket
    this.#prefix = prefix
    this.operationTimeoutMs = operationTimeoutMs
    this.#onAnswer = onAnswer
  }

  /**
   * Runs an operation of one or more requests. It settles in time, whatever the store does, and its failure is a ReceiverError
   * that says what was attempted. What it was doing then may still happen.
   */
  async attempt<T>(
    what: string,
    action: (signal: AbortSignal) => Promise<T>,
    { signal, timeoutMs = Infinity }: AttemptOptions = {},
  ): Promise<T> {
    try {
      const result = await runInTime(what, action, {
        signal,
        timeoutMs: Math.min(timeoutMs, this.operationTimeoutMs),
      })
      this.#onAnswer()
      return result
    } catch (error) {
      throw s3Error(error, what)
    }
  }

  /** Writes an object; returns whether it did: with `ifNew`, not where there is one already. */
  async put(
    key: string,
    { body, md5 }: PutOptions,
    { signal, ifNew = false }: { signal: AbortSignal; ifNew?: boolean },
  ): Promise<boolean> {
    const command = new PutObjectCommand({
      ...this.#at(key),
      Body: body,
      ContentLength: body.length,
      ContentMD5: md5.toString('base64'),
      ...(ifNew ? { IfNoneMatch: '*' } : {}),
    })
    try {
      checkContent(await this.#client.send(command, { abortSignal: signal }), md5.toString('hex'))
      return true
    } catch (error) {
      if (ifNew && httpStatus(error) === 412) return false
      throw error
    }
  }

  /** A small object; undefined where there is none. */
  async readText(key: string, signal: AbortSignal): Promise<string | undefined> {
    try {
      const answer = await this.#client.send(new GetObjectCommand(this.#at(key)), {
        abortSignal: signal,
      })
      return await text(addAbortSignal(signal, readableBody(answer.Body)))
    } catch (error) {
      if (failureName(error) === 'NoSuchKey') return undefined
      throw error
    }
  }

  /** Part of an object, and the size of all of it; undefined where there is none. Who asks owns the stream. */
  async open(
    key: string,
    { range, signal }: { range: string | undefined; signal: AbortSignal },
  ): Promise<{ body: Readable; sizeBytes: number; wholeBytes: number } | undefined> {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({
          ...this.#at(key),
          ...(range === undefined ? {} : { Range: range }),
        }),
        { abortSignal: signal },
      )
      const sizeBytes = answer.ContentLength ?? 0
      const whole = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1]
      return {
        body: readableBody(answer.Body),
        sizeBytes,
        wholeBytes: whole === undefined ? sizeBytes : Number(whole),
      }
    } catch (error) {
      if (failureName(error) === 'NoSuchKey') return undefined
      throw error
    }
  }

  async exists(key: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand(this.#at(key)), { abortSignal: signal })
      return true
    } catch (error) {
      // The answer has no body that could tell a missing bucket from a missing key.
      if (httpStatus(error) === 404) return false
      throw error
    }
  }

  /** Removes an object, whether there is one or not. */
  async delete(key: string, signal: AbortSignal): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#at(key)), { abortSignal: signal })
  }

  async list(
    { prefix, after, from, limit, delimiter }: ListOptions,
    signal: AbortSignal,
  ): Promise<Listing> {
    const command = new ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: this.#prefix + prefix,
      MaxKeys: limit,
      ...(after === undefined ? {} : { StartAfter: this.#prefix + after }),
      ...(from === undefined ? {} : { ContinuationToken: from }),
      ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
    })
    let storeTimeMs = Date.now()
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args)
        storeTimeMs = dateOfAnswer(result.response) ?? storeTimeMs
        return result
      },
      { step: 'deserialize', name: 'readStoreTime' },
    )
    const answer = await this.#client.send(command, { abortSignal: signal })
    return {
      objects: (answer.Contents ?? []).flatMap(({ Key, LastModified }) =>
        Key === undefined
          ? []
          : [{ key: this.#below(Key), modifiedMs: LastModified?.getTime() ?? storeTimeMs }],
      ),
      folders: (answer.CommonPrefixes ?? []).flatMap(({ Prefix }) =>
        Prefix === undefined ? [] : [this.#below(Prefix)],
      ),
      next: answer.IsTruncated === true ? answer.NextContinuationToken : undefined,
      storeTimeMs,
    }
  }

  /** Begins a multipart upload; returns its id. */
  async createMultipart(key: string, signal: AbortSignal): Promise<string> {
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(this.#at(key)), {
      abortSignal: signal,
    })
    if (UploadId === undefined) throw new Error('the store gave no UploadId')
    return UploadId
  }

  async putPart(
    { key, uploadId }: MultipartName,
    { number, body, md5 }: { number: number; body: Uint8Array; md5: Buffer },
    signal: AbortSignal,
  ): Promise<StoredPart> {
    const answer = await this.#client.send(
      new UploadPartCommand({
        ...this.#at(key),
        UploadId: uploadId,
        PartNumber: number,
        Body: body,
        ContentLength: body.length,
        ContentMD5: md5.toString('base64'),
      }),
      { abortSignal: signal },
    )
    checkContent(answer, md5.toString('hex'))
    return { number, md5, etag: answer.ETag ?? `"${md5.toString('hex')}"` }
  }

  /** Makes one object of the parts, and looks whether it is what they were. Doing it again does no harm. */
  async completeMultipart(
    { key, uploadId }: MultipartName,
    parts: readonly StoredPart[],
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await this.#client.send(
      new CompleteMultipartUploadCommand({
        ...this.#at(key),
        UploadId: uploadId,
        MultipartUpload: {
          Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })),
        },
      }),
      { abortSignal: signal },
    )
    const hash = createHash('md5')
    for (const { md5 } of parts) hash.update(md5)
    const expected = `${hash.digest('hex')}-${parts.length}`
    if (readEtag(answer) !== '') {
      checkContent(answer, expected)
      return
    }
    // Ceph does not say it in this answer.
    const found = new HeadObjectCommand(this.#at(key))
    checkContent(await this.#client.send(found, { abortSignal: signal }), expected)
  }

  /** Ends a multipart upload and removes its parts, also those that came while it did. */
  async abortMultipart({ key, uploadId }: MultipartName, signal: AbortSignal): Promise<void> {
    const name = { ...this.#at(key), UploadId: uploadId }
    for (;;) {
      await this.#client
        .send(new AbortMultipartUploadCommand(name), { abortSignal: signal })
        .catch(ignoreGone)
      const left = await this.#client
        .send(new ListPartsCommand({ ...name, MaxParts: 1 }), { abortSignal: signal })
        .catch(ignoreGone)
      if (left === undefined) return
    }
  }

  /** Up to 1000 of the multipart uploads that are neither complete nor aborted, of keys that begin with `prefix`. */
  async listMultiparts(
    { prefix, from = {} }: { prefix: string; from?: MultipartMarker | undefined },
    signal: AbortSignal,
  ): Promise<{ multiparts: readonly OpenMultipart[]; next: MultipartMarker | undefined }> {
    const answer = await this.#client.send(
      new ListMultipartUploadsCommand({
        Bucket: this.#bucket,
        Prefix: this.#prefix + prefix,
        ...from,
      }),
      { abortSignal: signal },
    )
    const multiparts = (answer.Uploads ?? []).flatMap(({ Key, UploadId, Initiated }) =>
      Key === undefined || UploadId === undefined
        ? []
        : [
            {
              key: this.#below(Key),
              uploadId: UploadId,
              startedMs: Initiated?.getTime() ?? Infinity,
            },
          ],
    )
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = answer
    if (answer.IsTruncated !== true || KeyMarker === undefined)
      return { multiparts, next: undefined }
    const next = { KeyMarker, ...(UploadIdMarker === undefined ? {} : { UploadIdMarker }) }
    return { multiparts, next }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key }
  }

  #below(key: string): string {
    return key.slice(this.#prefix.length)
  }
}

/** Where a listing of multipart uploads goes on. */
export interface MultipartMarker {
  readonly KeyMarker?: string
  readonly UploadIdMarker?: string
}

/** Which multipart upload. */
export interface MultipartName {
  readonly key: string
  readonly uploadId: string
}

function ignoreGone(error: unknown): void {
  if (httpStatus(error) !== 404 || failureName(error) === 'NoSuchBucket') throw error
}

function readableBody(body: unknown): Readable {
  if (!(body instanceof Readable)) throw new Error('the store gave no content')
  return body
}

// Ages are told by the clock that wrote the objects' times: that of a server may be wrong.
function dateOfAnswer(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response))
    return undefined
  const { headers } = response
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined
  const timeMs = Date.parse(String(headers.date))
  return Number.isNaN(timeMs) ? undefined : timeMs
}
