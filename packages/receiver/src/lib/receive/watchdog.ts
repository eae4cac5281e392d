import { performance } from 'node:perf_hooks'
import { ReceiverError } from '../problem/errors.ts'
import type { Limits } from './limits.ts'
import { startTimer } from './start-timer.ts'

/** The limits of time and rate. */
export type PaceLimits = Pick<
  Limits,
  'totalTimeMs' | 'idleTimeMs' | 'minRateBytesPerSecond' | 'minRateWindowMs'
>

/** What a {@link Watchdog} tells its owner. */
export interface WatchdogEvents {
  /** A limit is exceeded. */
  onExpire(error: ReceiverError): void
  /** A window is over, in which so much came, as far as the sender was not made to wait. */
  onRate(bytesPerSecond: number): void
}

/** Watches the pace of one sender. While the receiver itself makes it wait, only the total time runs. */
export class Watchdog {
  readonly #limits: PaceLimits
  readonly #events: WatchdogEvents
  readonly #total: NodeJS.Timeout | undefined
  readonly #rate: NodeJS.Timeout | undefined
  readonly #idle: NodeJS.Timeout | undefined
  #windowStart = performance.now()
  #windowBytes = 0
  #waitStart: number | undefined

  constructor(limits: PaceLimits, events: WatchdogEvents) {
    this.#limits = limits
    this.#events = events
    this.#total = startTimer(limits.totalTimeMs, () =>
      this.#expire('totalTimeMs', 'the body was not complete'),
    )
    this.#rate = startTimer(limits.minRateWindowMs, () => this.#checkRate())
    // One for all: a fast sender is made to wait, and let go on, hundreds of times a second.
    this.#idle = startTimer(limits.idleTimeMs, () => {
      if (this.#waitStart === undefined) this.#expire('idleTimeMs', 'no byte came')
      else this.#idle?.refresh()
    })
  }

  /** Bytes have arrived. */
  received(sizeBytes: number): void {
    this.#windowBytes += sizeBytes
    this.#idle?.refresh()
  }

  /** The receiver makes the sender wait. */
  pause(): void {
    this.#waitStart ??= performance.now()
  }

  /** The sender may go on. */
  resume(): void {
    if (this.#waitStart === undefined) return
    // The window moves by what was not the sender's time.
    this.#windowStart += performance.now() - this.#waitStart
    this.#waitStart = undefined
    this.#idle?.refresh()
  }

  stop(): void {
    this.#waitStart = undefined
    clearTimeout(this.#idle)
    clearTimeout(this.#total)
    clearTimeout(this.#rate)
  }

  #checkRate(): void {
    const { minRateBytesPerSecond, minRateWindowMs } = this.#limits
    const now = performance.now()
    const activeMs = (this.#waitStart ?? now) - this.#windowStart
    // Timers are a little early or late; a window cut short by waiting goes on until it is whole.
    if (activeMs >= minRateWindowMs * 0.9) {
      if (this.#windowBytes < (minRateBytesPerSecond * activeMs) / 1000) {
        this.#expire(
          'minRateBytesPerSecond',
          `${this.#windowBytes} bytes came in ${Math.round(activeMs)} ms`,
        )
        return
      }
      this.#events.onRate((this.#windowBytes * 1000) / activeMs)
      this.#windowStart = this.#waitStart === undefined ? now : this.#waitStart
      this.#windowBytes = 0
    }
    this.#rate?.refresh()
  }

  #expire(name: keyof PaceLimits, found: string): void {
    const value = this.#limits[name]
    this.#events.onExpire(
      new ReceiverError(
        'too-slow',
        `Receiving the upload: ${found}; the limit ${name} is ${value}`,
        {
          limit: { name, value },
        },
      ),
    )
  }
}
