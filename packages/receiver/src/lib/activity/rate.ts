/** Milliseconds over which a rate is measured. */
const rateWindowMs = 2000

/** Milliseconds between two samples; what happens within them counts as one. */
export const sampleIntervalMs = 250

/** How much there was at a moment of a clock that never goes back. */
export interface Sample {
  readonly atMs: number
  readonly bytes: number
}

/**
 * The rate of a count that only grows: over the last {@link rateWindowMs}; since the start, where that is later; and since
 * the last sample, where none was taken for longer. So it needs no samples while nobody asks.
 */
export class Rate {
  #samples: readonly Sample[] = []
  #last: Sample

  constructor(start: Sample) {
    this.#last = start
    this.#samples = [start]
  }

  /** Takes a sample; the bytes a second until then, rounded. */
  measure(now: Sample): number {
    const recent = this.#samples.filter(({ atMs }) => atMs >= now.atMs - rateWindowMs)
    const from = recent[0] ?? this.#last
    // Many may ask at the same time; half, because timers are early as well as late.
    if (now.atMs - this.#last.atMs >= sampleIntervalMs / 2) {
      this.#samples = [...recent, now]
      this.#last = now
    }
    // What the system had gathered arrives at once: over no time at all it would be any rate.
    const spanMs = Math.max(now.atMs - from.atMs, sampleIntervalMs)
    return Math.round(((now.bytes - from.bytes) * 1000) / spanMs)
  }
}
