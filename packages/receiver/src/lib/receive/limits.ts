/**
 * How much an upload may be. `Infinity` switches a limit off, and so does 0 for the two rates, which are a least and
 * not a most; they cannot be `Infinity`.
 */
export interface Limits {
  /** Bytes of one file. Default 200 MiB. */
  readonly fileSizeBytes: number
  /** Bytes of one request's whole body. Default 1 GiB. Checked from Content-Length before anything is read. */
  readonly totalSizeBytes: number
  /** Files of one upload. Default 20. */
  readonly files: number
  /** Fields of one upload. Default 100. */
  readonly fields: number
  /** Files and fields of one upload together. Default 120. */
  readonly parts: number
  /** Bytes of one field's value. Default 256 KiB. */
  readonly fieldSizeBytes: number
  /** Bytes of all field values of one upload together, which are held in memory. Default 512 KiB. */
  readonly fieldsSizeBytes: number
  /** Bytes of one part's headers. Default 16 KiB. */
  readonly headerSizeBytes: number
  /** Milliseconds from the request's headers to the end of its body. Default one hour. */
  readonly totalTimeMs: number
  /** Milliseconds without a byte from the client; the time the storage needs does not count. Default 30 s. */
  readonly idleTimeMs: number
  /** Bytes a second that a client must send, measured over each span of `minRateWindowMs`. Default 1 KiB/s; 0 for none. */
  readonly minRateBytesPerSecond: number
  /** Milliseconds over which the rate is measured, and so the grace at the start. Default 10 s. */
  readonly minRateWindowMs: number
  /**
   * Uploads under way at once. The next one takes the place of the slowest, where that is slower than
   * `minRateWhenFullBytesPerSecond`, and else gets 503 with Retry-After. Default 100.
   */
  readonly concurrentUploads: number
  /**
   * Bytes a second that a client must send while as many uploads as may be are under way, over the last `minRateWindowMs`: the slowest
   * of those that do not gets 408 when another one needs its place. Default 32 KiB/s; 0 for none.
   */
  readonly minRateWhenFullBytesPerSecond: number
  /**
   * Milliseconds for which a refused request is still read and dropped, so that its client sees why. `close()` waits for
   * it too. Default 5 s.
   */
  readonly lingerMs: number
  /** Bytes of a refused request that are still read and dropped. Default 64 MiB. */
  readonly lingerSizeBytes: number
  /** Listeners of `GET /events` at once; the next one gets 503 with Retry-After. Default 100. */
  readonly eventListeners: number
}

const kib = 1024
const mib = 1024 * kib

/** The limits without any configuration. */
export const defaultLimits: Limits = {
  fileSizeBytes: 200 * mib,
  totalSizeBytes: 1024 * mib,
  files: 20,
  fields: 100,
  parts: 120,
  fieldSizeBytes: 256 * kib,
  fieldsSizeBytes: 512 * kib,
  headerSizeBytes: 16 * kib,
  totalTimeMs: 60 * 60 * 1000,
  idleTimeMs: 30_000,
  minRateBytesPerSecond: kib,
  minRateWindowMs: 10_000,
  concurrentUploads: 100,
  minRateWhenFullBytesPerSecond: 32 * kib,
  lingerMs: 5000,
  lingerSizeBytes: 64 * mib,
  eventListeners: 100,
}

/** The given limits over the defaults. Throws a TypeError for a value that is no limit, so that a typo is no hole. */
export function resolveLimits(given: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(defaultLimits, name)) {
      throw new TypeError(
        `limits.${name} is no limit; there are ${Object.keys(defaultLimits).join(', ')}`,
      )
    }
    if (typeof value !== 'number' || !(value >= 0)) {
      throw new TypeError(
        `limits.${name} should be a number of 0 or more instead of ${String(value)}`,
      )
    }
  }
  for (const name of ['minRateBytesPerSecond', 'minRateWhenFullBytesPerSecond'] as const) {
    if (given[name] === Infinity)
      throw new TypeError(`limits.${name} should be finite; 0 switches it off`)
  }
  return { ...defaultLimits, ...given }
}
