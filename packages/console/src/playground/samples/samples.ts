import type { Language } from '../../lib/language.ts'
import { failureSamples } from './failure-samples.ts'
import { moreSamples } from './more-samples.ts'
import { pageSamples } from './page-samples.ts'
import type { Sample } from './sample.ts'

/** All samples, in the order in which they are offered. */
export const samples: readonly [Sample, ...Sample[]] = [
  ...pageSamples,
  ...moreSamples,
  ...failureSamples,
]

/** The text of a sample in a language, for a server at an origin. */
export function formatSample(
  sample: Sample,
  { language, origin }: { readonly language: Language; readonly origin: string },
): string {
  return sample.code({ origin, say: (en, zh) => (language === 'zh' ? zh : en) }).trimEnd()
}
