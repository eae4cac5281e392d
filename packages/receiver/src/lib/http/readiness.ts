import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { ReceiverError } from '../problem/errors.ts'
import type { Storage } from '../storage/storage.ts'
import type { ReceiverLog } from './receiver-log.ts'

/** For how long what the storage said holds, however many ask. */
const freshMs = 1000
/** How long the storage has to say something. */
const patienceMs = 3000

/**
 * Whether the storage could take an upload. It is asked once at a time and once a second; where it does not answer, nobody
 * waits longer than {@link patienceMs}, and nobody asks again before it does.
 */
export class Readiness {
  readonly #storage: Storage
  readonly #log: ReceiverLog
  #failure: ReceiverError | undefined
  #freshUntilMs = -Infinity
  #asking: { readonly answered: Promise<void>; readonly sinceMs: number } | undefined

  constructor(storage: Storage, log: ReceiverLog) {
    this.#storage = storage
    this.#log = log
  }

  /** Resolves where it could, rejects with a ReceiverError where it could not. */
  async check(): Promise<void> {
    const nowMs = performance.now()
    if (nowMs >= this.#freshUntilMs) {
      this.#asking ??= { answered: this.#ask(), sinceMs: nowMs }
      await this.#wait(this.#asking.answered, this.#asking.sinceMs + patienceMs - nowMs)
    }
    if (this.#failure !== undefined) throw this.#failure
  }

  async #ask(): Promise<void> {
    try {
      await this.#storage.check()
      this.#conclude(undefined)
    } catch (error) {
      this.#conclude(unready(error))
    }
    this.#freshUntilMs = performance.now() + freshMs
    this.#asking = undefined
  }

  async #wait(answered: Promise<void>, restMs: number): Promise<void> {
    const patience = new AbortController()
    const late = delay(Math.max(restMs, 0), 'late', { signal: patience.signal })
    if ((await Promise.race([answered, late])) === 'late') {
      this.#conclude(
        new ReceiverError(
          'storage-unavailable',
          `Checking the storage: it has said nothing for ${patienceMs} ms`,
        ),
      )
    }
    patience.abort()
  }

  #conclude(failure: ReceiverError | undefined): void {
    const before = this.#failure
    this.#failure = failure
    if (failure?.code === before?.code) return
    if (failure === undefined) this.#log.info({}, 'the storage can be used again')
    else this.#log.error({ err: failure.cause ?? failure }, failure.message)
  }
}

/** Whatever is the matter, somebody who asks is to come again later. */
function unready(cause: unknown): ReceiverError {
  if (cause instanceof ReceiverError && cause.status > 500) return cause
  return new ReceiverError('storage-unavailable', 'Checking the storage failed', { cause })
}
