import { abortCases } from './cases/abort.ts'
import { argumentCases } from './cases/arguments.ts'
import { callingCases } from './cases/calling.ts'
import { eventCases } from './cases/events.ts'
import { failureCases } from './cases/failures.ts'
import { formCases } from './cases/form.ts'
import { manyCases } from './cases/many.ts'
import { resultCases } from './cases/results.ts'
import type { CaseGroup } from './conformance-case.ts'

/** Every case, by topic. */
export const caseGroups: readonly CaseGroup[] = [
  callingCases,
  argumentCases,
  formCases,
  resultCases,
  eventCases,
  abortCases,
  failureCases,
  manyCases,
]
