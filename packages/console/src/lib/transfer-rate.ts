/** How many bytes had moved at a moment. */
interface Sample {
  readonly atMs: number
  readonly bytes: number
}

/** The last moments of a transfer, oldest first. */
export type RateSamples = readonly Sample[]

/** Long enough to even out bursts, short enough to follow a change. */
const windowMs = 4000
/** What is measured over less says little. */
const leastMs = 400

/** The samples with one more; one that counts fewer bytes than the last begins anew, as a repeated upload does. */
export function addSample(samples: RateSamples, sample: Sample): RateSamples {
  const last = samples.at(-1)
  if (last !== undefined && sample.bytes < last.bytes) return [sample]
  // The last one before the window stays: the rate is measured from it.
  const firstInside = samples.findIndex(({ atMs }) => atMs > sample.atMs - windowMs)
  const kept = firstInside === -1 ? samples.slice(-1) : samples.slice(Math.max(0, firstInside - 1))
  return [...kept, sample]
}

/** Bytes a second over the last moments; undefined where there are too few to tell. */
export function measureRate(samples: RateSamples): number | undefined {
  const [first] = samples
  const last = samples.at(-1)
  if (first === undefined || last === undefined || last.atMs - first.atMs < leastMs)
    return undefined
  return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs)
}

/** Seconds until the rest has moved; undefined where nobody can tell, and where nothing is left to move. */
export function estimateSecondsLeft(
  restBytes: number,
  rate: number | undefined,
): number | undefined {
  if (rate === undefined || rate <= 0 || restBytes <= 0) return undefined
  return restBytes / rate
}
