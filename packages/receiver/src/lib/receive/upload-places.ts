import { ReceiverError } from '../problem/errors.ts'
import type { Limits } from './limits.ts'

/** How many uploads there may be at once, and how fast they have to come when there are as many. */
export type PlaceLimits = Pick<Limits, 'concurrentUploads' | 'minRateWhenFullBytesPerSecond'>

/**
 * The places of the uploads under way. When all are taken, the slowest upload gives its place to a new one, where it is slower
 * than it may be then: so whoever sends a little now and then holds no places that others need.
 */
export class UploadPlaces {
  readonly #limits: PlaceLimits
  readonly #taken = new Set<UploadPlace>()
  // Uploads that have been asked to give way, while what they have written is removed.
  readonly #leaving = new Set<UploadPlace>()

  constructor(limits: PlaceLimits) {
    this.#limits = limits
  }

  /** Throws the `overloaded` that a new upload would hear; `attempted` says what for. */
  check(attempted: string): void {
    if (this.#isFull()) this.#slowest(attempted)
  }

  /** Takes a place for a new upload, from another one where need be. Who takes it leaves it. Throws `overloaded` where there is none. */
  take(attempted: string): UploadPlace {
    if (this.#isFull()) {
      const slowest = this.#slowest(attempted)
      this.#taken.delete(slowest)
      this.#leaving.add(slowest)
      slowest.giveWay(this.#tooSlow(slowest.bytesPerSecond))
    }
    const place = new UploadPlace((left) => {
      this.#taken.delete(left)
      this.#leaving.delete(left)
    })
    this.#taken.add(place)
    return place
  }

  #isFull(): boolean {
    return this.#taken.size >= this.#limits.concurrentUploads
  }

  /** The upload that gives way to a new one. */
  #slowest(attempted: string): UploadPlace {
    const { concurrentUploads, minRateWhenFullBytesPerSecond: leastRate } = this.#limits
    let slowest: UploadPlace | undefined
    // A storage that hangs lets nobody leave: no more than that are waited for.
    if (this.#leaving.size < concurrentUploads) {
      for (const place of this.#taken) {
        if (place.bytesPerSecond < (slowest?.bytesPerSecond ?? leastRate)) slowest = place
      }
    }
    if (slowest !== undefined) return slowest
    throw new ReceiverError('overloaded', `${attempted}: ${this.#taken.size} are under way`, {
      limit: { name: 'concurrentUploads', value: concurrentUploads },
      headers: { 'Retry-After': '1' },
    })
  }

  #tooSlow(bytesPerSecond: number): ReceiverError {
    const value = this.#limits.minRateWhenFullBytesPerSecond
    return new ReceiverError(
      'too-slow',
      `Receiving the upload: ${Math.round(bytesPerSecond)} bytes a second came, and another upload needs its place; ` +
        `the limit minRateWhenFullBytesPerSecond is ${value}`,
      { limit: { name: 'minRateWhenFullBytesPerSecond', value } },
    )
  }
}

/** The place of one upload. It gives way only while its body is coming, and its rate is known. */
export class UploadPlace {
  readonly #onLeave: (place: UploadPlace) => void
  #onGiveWay: ((error: ReceiverError) => void) | undefined
  #bytesPerSecond = Infinity

  constructor(onLeave: (place: UploadPlace) => void) {
    this.#onLeave = onLeave
  }

  /** Over the last whole window; Infinity before the first, and when all has come. */
  get bytesPerSecond(): number {
    return this.#bytesPerSecond
  }

  /** The body is coming. `onGiveWay` ends it. */
  receive(onGiveWay: (error: ReceiverError) => void): void {
    this.#onGiveWay = onGiveWay
  }

  /** Over a window that has just ended. */
  measured(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond
  }

  /** Nothing is waited for any more. */
  received(): void {
    this.#bytesPerSecond = Infinity
    this.#onGiveWay = undefined
  }

  giveWay(error: ReceiverError): void {
    this.#onGiveWay?.(error)
  }

  /** The upload is over, stored or not. Again does nothing. */
  leave(): void {
    this.#onLeave(this)
  }
}
