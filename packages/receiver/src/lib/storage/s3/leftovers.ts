import type { ObjectStore } from './object-store.ts'

/** Milliseconds that a client whose upload failed waits at most for what is left of it to be removed; then it is remembered. */
export const removalTimeoutMs = 5000

const maxLeftovers = 10_000
const firstPauseMs = 2000
const longestPauseMs = 60_000
const lateArrivalMs = 10_000
const atOnce = 8

/** What removing takes. */
type RemovingStore = Pick<ObjectStore, 'attempt' | 'delete' | 'abortMultipart'>

/** What has to go from a store: an object, or a multipart upload that would become one. */
export interface Leftover {
  readonly key: string
  readonly uploadId?: string
  /**
   * How often it has to be removed, ten seconds apart or more; default once. A write that got no answer may arrive after it was
   * removed.
   */
  readonly times?: number
}

/** How often to remove what a write that got no answer may still write. */
export const timesOfUnanswered = 3

/**
 * What could not be removed while the store was out of reach. It is removed as soon as the store is seen to answer, or after
 * a while, and whenever the storage is swept. Only what nobody else can need may be left to it, for that may be much later.
 */
export class Leftovers {
  readonly #store: RemovingStore
  #waiting: Leftover[] = []
  /** What has been removed and may arrive late, in the order of its time. */
  #late: { readonly leftover: Leftover; readonly dueMs: number }[] = []
  #timer: NodeJS.Timeout | undefined
  #pauseMs = firstPauseMs
  #removing: Promise<void> | undefined

  constructor(store: RemovingStore) {
    this.#store = store
  }

  /** Remembers some. Of too many at once the oldest are forgotten: a sweep finds them when they are old. */
  add(leftovers: readonly Leftover[]): void {
    this.#waiting = [...this.#waiting, ...leftovers].slice(-maxLeftovers)
    this.#schedule()
  }

  /** The store has answered somebody. */
  storeAnswered(): void {
    if (this.#waiting.length > 0) void this.#removeWaiting()
  }

  /** Tries to remove them all now. What cannot be removed is remembered. */
  async remove(): Promise<void> {
    // What is being removed may have to be once more.
    await this.#removing
    this.#takeLate(Infinity)
    await this.#removeWaiting()
  }

  #removeWaiting(): Promise<void> {
    this.#removing ??= this.#removeBatches().finally(() => {
      this.#removing = undefined
      this.#schedule()
    })
    return this.#removing
  }

  async #removeBatches(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, atOnce)
      try {
        await this.#store.attempt('Removing what is left of uploads', async (signal) => {
          await Promise.all(batch.map((leftover) => this.#removeOne(leftover, signal)))
        })
      } catch {
        // Whatever it was, what comes after it would only wait for the same.
        this.#waiting.unshift(...batch)
        this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs)
        break
      }
      this.#pauseMs = firstPauseMs
      const dueMs = Date.now() + lateArrivalMs
      this.#late.push(...batch.flatMap(oneLess).map((leftover) => ({ leftover, dueMs })))
    }
  }

  #takeLate(untilMs: number): void {
    const count = this.#late.findIndex(({ dueMs }) => dueMs > untilMs)
    const due = this.#late.splice(0, count === -1 ? this.#late.length : count)
    this.add(due.map(({ leftover }) => leftover))
  }

  async #removeOne({ key, uploadId }: Leftover, signal: AbortSignal): Promise<void> {
    if (uploadId === undefined) await this.#store.delete(key, signal)
    else await this.#store.abortMultipart({ key, uploadId }, signal)
  }

  #schedule(): void {
    const [late] = this.#late
    if (this.#timer !== undefined || (this.#waiting.length === 0 && late === undefined)) return
    const lateMs = late === undefined ? Infinity : late.dueMs - Date.now()
    const pauseMs = this.#waiting.length === 0 ? lateMs : this.#pauseMs
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#takeLate(Date.now())
        void this.#removeWaiting()
      },
      Math.max(pauseMs, 0),
    )
    // A process that ends leaves it to the sweeper.
    this.#timer.unref()
  }
}

function oneLess(leftover: Leftover): Leftover[] {
  const { times = 1 } = leftover
  return times > 1 ? [{ ...leftover, times: times - 1 }] : []
}
