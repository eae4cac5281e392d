import type { Source } from './sources.ts'
import type { Trial } from './trial.ts'

/** The parts of the API that cases are about, in the order in which they are shown. */
export type Topic =
  | 'Calling'
  | 'Arguments'
  | 'The form'
  | 'Results'
  | 'Events'
  | 'Abort'
  | 'Failures'
  | 'Many at once'

/** A promise that a host can be held to. */
export interface ConformanceCase {
  /** Lower case, with hyphens; never changes. */
  readonly id: string
  /** What is promised, in a sentence. */
  readonly promise: string
  /** The same in Chinese. */
  readonly promiseZh: string
  /** Who says so, in public. */
  readonly sources: readonly Source[]
  /** Why it cannot be asked in a page. */
  readonly notInPage?: string
  /** Throws an `Unmet` where the host does not keep it. */
  run(trial: Trial): Promise<void>
}

/** The cases of a topic. */
export interface CaseGroup {
  readonly topic: Topic
  readonly topicZh: string
  readonly cases: readonly ConformanceCase[]
}
