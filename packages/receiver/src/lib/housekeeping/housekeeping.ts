import { setTimeout as delay } from 'node:timers/promises'
import type { ReceiverLog } from '../http/receiver-log.ts'
import type { Storage } from '../storage/storage.ts'
import { removeExpired } from './remove-expired.ts'

const hourMs = 60 * 60 * 1000

/** How to keep house. */
export interface HousekeepingOptions {
  readonly storage: Storage
  /** Milliseconds for which an upload is kept; Infinity for ever. */
  readonly keepMs: number
  /** Milliseconds between two rounds, about. Default one hour. */
  readonly intervalMs?: number
  readonly log: ReceiverLog
  /** An upload is gone as its time was over. */
  readonly onRemoved: (id: string) => void
}

/**
 * Removes what is older than it may be, and what servers that died left, once it starts and then every hour or so, until it
 * is stopped. Any number of servers may do it on one storage: whatever one has removed, the others do not find. What fails is
 * logged, and tried again in the next round.
 */
export class Housekeeping {
  readonly #options: HousekeepingOptions
  readonly #stop = new AbortController()
  readonly #done: Promise<void>

  constructor(options: HousekeepingOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  /** Resolves when nothing of it is under way any more. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(): Promise<void> {
    const { intervalMs = hourMs } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      if (await this.#isOpen()) {
        await this.#attempt('what is left of uploads could not be swept', () =>
          this.#options.storage.sweep(),
        )
        await this.#attempt('uploads whose time is over could not be removed', () => this.#expire())
      }
      // Servers that were started together need not ask the storage together.
      const pauseMs = intervalMs * (0.9 + 0.2 * Math.random())
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  // Whoever opens a storage says why it cannot be opened.
  async #isOpen(): Promise<boolean> {
    return await this.#options.storage.open().then(
      () => true,
      () => false,
    )
  }

  async #expire(): Promise<void> {
    const { storage, keepMs, log, onRemoved } = this.#options
    if (keepMs === Infinity) return
    const { signal } = this.#stop
    const removed = await removeExpired({ storage, keepMs, signal, log, onRemoved })
    if (removed > 0) log.info({ removed, keepMs }, 'uploads whose time was over are removed')
  }

  async #attempt(failure: string, action: () => Promise<void>): Promise<void> {
    if (this.#stop.signal.aborted) return
    try {
      await action()
    } catch (error) {
      this.#options.log.warn({ err: error }, failure)
    }
  }
}
