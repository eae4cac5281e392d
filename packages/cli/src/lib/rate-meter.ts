const windowMs = 3000

/** Measures how fast a growing count grows. */
export interface RateMeter {
  /** Notes the count and returns its growth a second over the last three seconds; 0 while nothing is known. */
  measure(count: number, nowMs: number): number
}

export function createRateMeter(): RateMeter {
  let samples: { count: number; atMs: number }[] = []
  return {
    measure(count, nowMs) {
      // A count that starts over, after a redirect, starts a new measurement.
      const isRestarted = count < (samples.at(-1)?.count ?? 0)
      const recent = isRestarted ? [] : samples.filter(({ atMs }) => nowMs - atMs <= windowMs)
      samples = [...recent, { count, atMs: nowMs }]
      const oldest = samples[0]
      if (!oldest || oldest.atMs === nowMs) return 0
      return ((count - oldest.count) / (nowMs - oldest.atMs)) * 1000
    },
  }
}
