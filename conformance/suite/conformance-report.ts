import type { Topic } from './conformance-case.ts'

/** What came of a case. */
export type Verdict =
  | { readonly verdict: 'kept' }
  | {
      readonly verdict: 'broken'
      /** What the case expected. */
      readonly expected: string
      /** What it found instead. */
      readonly found: string
    }
  | {
      readonly verdict: 'n/a'
      /** Why the host cannot be asked. */
      readonly reason: string
    }

export type CaseResult = Verdict & {
  readonly id: string
  readonly topic: Topic
  readonly promise: string
}

/** What came of all cases, with one host. */
export interface ConformanceReport {
  readonly cases: readonly CaseResult[]
}
