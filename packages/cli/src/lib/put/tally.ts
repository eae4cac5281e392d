import type { ExitReason } from '../exit-codes.ts'
import { exitReasonOf, formatReason } from '../outcome.ts'
import type { Outcome } from '../upload.ts'

const mostExamples = 3

/** How one file, or a folder without any, has ended. */
export interface Ending {
  /** Its place in the order of the files. */
  readonly index: number
  readonly isFile: boolean
  readonly displayName: string
  readonly sizeBytes: number
  readonly outcome: Outcome
  /** Why it failed, where that is known better than from the outcome. */
  readonly why?: string | undefined
}

/** Those that failed alike. */
export interface FailedAlike {
  readonly why: string
  readonly count: number
  /** The names of the first of them. */
  readonly examples: readonly string[]
}

/** What many uploads came to. */
export interface Totals {
  /** All files that were found. */
  readonly files: number
  readonly uploaded: number
  readonly uploadedBytes: number
  /** Files and folders that failed. */
  readonly failed: number
  readonly failures: readonly FailedAlike[]
  /** Files whose turn never came. */
  readonly notStarted: number
  /** Links, devices and the like. */
  readonly skipped: number
  /** That of the first that failed, in the order of the files. */
  readonly exitReason: ExitReason
}

/** Counts how uploads end; it takes as much memory for a million of them as for ten. */
export interface Tally {
  note(ending: Ending): void
  noteNotStarted(): void
  noteSkipped(): void
  totals(): Totals
}

/** A tally of uploads to `host`. */
export function createTally(host: string): Tally {
  const failures = new Map<string, { count: number; examples: string[] }>()
  const counts = { files: 0, uploaded: 0, uploadedBytes: 0, failed: 0, notStarted: 0, skipped: 0 }
  let first: { index: number; reason: ExitReason } | undefined

  function noteFailure(
    { index, displayName, outcome, ...ending }: Ending,
    reason: ExitReason,
  ): void {
    counts.failed += 1
    if (!first || index < first.index) first = { index, reason }
    const why = ending.why ?? formatReason(outcome, host)
    const alike = failures.get(why) ?? { count: 0, examples: [] }
    alike.count += 1
    if (alike.examples.length < mostExamples) alike.examples.push(displayName)
    failures.set(why, alike)
  }

  return {
    note(ending) {
      if (ending.isFile) counts.files += 1
      const reason = exitReasonOf(ending.outcome)
      if (reason !== 'ok') return noteFailure(ending, reason)
      counts.uploaded += 1
      counts.uploadedBytes += ending.sizeBytes
    },
    noteNotStarted() {
      counts.files += 1
      counts.notStarted += 1
    },
    noteSkipped() {
      counts.skipped += 1
    },
    totals: () => ({
      ...counts,
      failures: [...failures].map(([why, alike]) => ({ why, ...alike })),
      exitReason: first?.reason ?? 'ok',
    }),
  }
}
