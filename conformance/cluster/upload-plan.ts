import type { Slice } from './content.ts'
import { createRandom, type Random, shuffle } from './seeded-random.ts'

/**
 * What a client does: upload a file with `wx.uploadFile`, or some files at once; or what must not be stored: it aborts in the
 * middle, sends more than the receiver takes, or something that is no form.
 */
export type UploadKind = 'single' | 'several' | 'aborted' | 'over-limit' | 'malformed'

/** One upload of the plan. */
export interface PlannedUpload {
  /** The value of its field `upload`, and its Idempotency-Key. */
  readonly name: string
  readonly kind: UploadKind
  readonly files: readonly Slice[]
}

/** How a plan is made. */
export interface PlanOptions {
  readonly seed: number
  /** Bytes of the file that the contents are slices of. */
  readonly contentBytes: number
  /** Bytes of the two largest uploads. */
  readonly largestBytes: number
}

const counts: Readonly<Record<UploadKind, number>> = {
  single: 148,
  several: 22,
  aborted: 10,
  'over-limit': 10,
  malformed: 10,
}
const largestUploads = 2
const smallestBytes = 1000
/** Above this are the two largest alone, so that the whole takes minutes. */
const usualMostBytes = 50_000_000
/** Enough for the client to know that it has begun. */
const leastAbortedBytes = 8_000_000
const mostFiles = 5

/** Two hundred uploads of 1 KB to 200 MB, small ones as many as large ones by the number of their digits. */
export function planUploads({ seed, contentBytes, largestBytes }: PlanOptions): PlannedUpload[] {
  const random = createRandom(seed)
  const slice = (sizeBytes: number): Slice => ({
    offset: Math.floor(random() * (contentBytes - sizeBytes)),
    sizeBytes,
  })
  const kinds = Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, () => kind as UploadKind),
  )
  return shuffle(
    kinds.map((kind, index) => {
      const sizes = index < largestUploads ? [largestBytes] : chooseSizes(kind, random)
      return { kind, files: sizes.map(slice) }
    }),
    random,
  ).map((upload, index) => ({ ...upload, name: `upload-${index + 1}` }))
}

function chooseSizes(kind: UploadKind, random: Random): number[] {
  const size = chooseSize(random)
  switch (kind) {
    case 'single':
      return [size]
    case 'several': {
      const count = 2 + Math.floor(random() * (mostFiles - 1))
      return Array.from({ length: count }, () => Math.ceil(size / count))
    }
    case 'aborted':
      return [Math.max(size, leastAbortedBytes)]
    case 'over-limit':
    case 'malformed':
      return [Math.min(size, leastAbortedBytes)]
    default:
      return kind satisfies never
  }
}

function chooseSize(random: Random): number {
  return Math.floor(smallestBytes * (usualMostBytes / smallestBytes) ** random())
}
