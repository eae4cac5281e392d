import { Rate } from './rate.ts'

/** What is known of an upload when it begins. */
export interface UploadOrigin {
  readonly requestId: string
  /** The size of the whole body, as the client announced it; null where it did not. */
  readonly expectedBytes: number | null
  /** ISO 8601 in UTC. */
  readonly startedAt: string
  /** Null where the connection is gone already. */
  readonly remoteAddress: string | null
}

/** An upload under way. */
export interface UploadProgress extends UploadOrigin {
  /** The name of the file that is coming, or came last, as it was sent; null before the first. */
  readonly name: string | null
  /** Bytes of the body, so that it can be compared with `expectedBytes`. */
  readonly receivedBytes: number
  /** Over the last two seconds. */
  readonly bytesPerSecond: number
}

/** All that is being received. */
export interface ActivityState {
  /** Of all uploads over the last two seconds, also of those that have ended since. */
  readonly bytesPerSecond: number
  /** In the order in which they began. */
  readonly uploads: readonly UploadProgress[]
}

/**
 * Knows the uploads under way. It has no clock and no timer: whoever wants to know takes a sample. Until then, a chunk costs
 * the addition of a number. Times are milliseconds of a clock that never goes back.
 */
export class Activity {
  readonly #uploads = new Set<ActiveUpload>()
  readonly #rate = new Rate({ atMs: 0, bytes: 0 })
  #endedBytes = 0

  /** How many uploads are under way. */
  get underWay(): number {
    return this.#uploads.size
  }

  /** An upload begins. Who begins it ends it. */
  begin(origin: UploadOrigin, nowMs: number): ActiveUpload {
    // The time in which nothing came is not to count.
    if (this.#uploads.size === 0) this.#measureAll(nowMs)
    const upload = new ActiveUpload({ origin, nowMs, onEnd: () => this.#end(upload) })
    this.#uploads.add(upload)
    return upload
  }

  /** What is under way now. */
  sample(nowMs: number): ActivityState {
    return {
      bytesPerSecond: this.#measureAll(nowMs),
      uploads: [...this.#uploads].map((upload) => upload.sample(nowMs)),
    }
  }

  #end(upload: ActiveUpload): void {
    if (this.#uploads.delete(upload)) this.#endedBytes += upload.receivedBytes
  }

  #measureAll(atMs: number): number {
    let bytes = this.#endedBytes
    for (const { receivedBytes } of this.#uploads) bytes += receivedBytes
    return this.#rate.measure({ atMs, bytes })
  }
}

/** One upload under way, told of what arrives. */
export class ActiveUpload {
  readonly #origin: UploadOrigin
  readonly #onEnd: () => void
  readonly #rate: Rate
  #name: string | null = null
  #receivedBytes = 0

  constructor(options: { origin: UploadOrigin; nowMs: number; onEnd: () => void }) {
    this.#origin = options.origin
    this.#onEnd = options.onEnd
    this.#rate = new Rate({ atMs: options.nowMs, bytes: 0 })
  }

  /** Bytes of the body so far. */
  get receivedBytes(): number {
    return this.#receivedBytes
  }

  onBytes(sizeBytes: number): void {
    this.#receivedBytes += sizeBytes
  }

  onFile(sentName: string): void {
    this.#name = sentName
  }

  /** It is over, stored or not. Again does nothing. */
  end(): void {
    this.#onEnd()
  }

  /** How far it is. */
  sample(atMs: number): UploadProgress {
    const { requestId, expectedBytes, startedAt, remoteAddress } = this.#origin
    const receivedBytes = this.#receivedBytes
    const bytesPerSecond = this.#rate.measure({ atMs, bytes: receivedBytes })
    return {
      requestId,
      name: this.#name,
      receivedBytes,
      expectedBytes,
      startedAt,
      remoteAddress,
      bytesPerSecond,
    }
  }
}
