import type { ObjectStore } from './object-store.ts'

/** Milliseconds that a client whose upload failed waits at most for what is left of it to be removed; then it is remembered. */
export const removalTimeoutMs = 5000

const maxLeftovers = 10_000
const firstPauseMs = 10_000
const longestPauseMs = 10 * 60 * 1000
const atOnce = 8

/** What removing takes. */
type RemovingStore = Pick<ObjectStore, 'attempt' | 'delete' | 'abortMultipart'>

/** What has to go from a store: an object, or a multipart upload that would become one. */
export interface Leftover {
  readonly key: string
  readonly uploadId?: string
  /** How often it has to be removed; default once. A write that got no answer may still arrive after it was removed. */
  readonly times?: number
}

/**
 * What could not be removed while the store was out of reach. It is tried again after a while, until it is gone, and whenever
 * the storage is swept. Only what nobody else can need may be left to it: years may pass before it runs.
 */
export class Leftovers {
  readonly #store: RemovingStore
  #leftovers: Leftover[] = []
  #timer: NodeJS.Timeout | undefined
  #pauseMs = firstPauseMs

  constructor(store: RemovingStore) {
    this.#store = store
  }

  /** Remembers some. Of too many at once the oldest are forgotten: a sweep finds them when they are old. */
  add(leftovers: readonly Leftover[]): void {
    if (leftovers.length === 0) return
    this.#leftovers = [...this.#leftovers, ...leftovers].slice(-maxLeftovers)
    this.#schedule()
  }

  /** Tries to remove them all now. What cannot be removed is remembered. */
  async remove(): Promise<void> {
    const leftovers = this.#leftovers
    this.#leftovers = []
    while (leftovers.length > 0) {
      const batch = leftovers.splice(0, atOnce)
      try {
        await this.#store.attempt('Removing what is left of uploads', async (signal) => {
          await Promise.all(batch.map((leftover) => this.#removeOne(leftover, signal)))
        })
        this.#pauseMs = firstPauseMs
        this.add(batch.flatMap(oneLess))
      } catch {
        // Whatever it was, what comes after it would only wait for the same.
        this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs)
        this.add([...batch, ...leftovers])
        return
      }
    }
  }

  async #removeOne({ key, uploadId }: Leftover, signal: AbortSignal): Promise<void> {
    if (uploadId === undefined) await this.#store.delete(key, signal)
    else await this.#store.abortMultipart({ key, uploadId }, signal)
  }

  #schedule(): void {
    if (this.#timer !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.remove()
    }, this.#pauseMs)
    // A process that ends leaves it to the sweeper.
    this.#timer.unref()
  }
}

function oneLess(leftover: Leftover): Leftover[] {
  const { times = 1 } = leftover
  return times > 1 ? [{ ...leftover, times: times - 1 }] : []
}
