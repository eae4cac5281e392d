import type { ConformanceReport, Verdict } from '../suite/conformance-report.ts'

/** A host in a table: what it is, and what came of it. */
export interface HostColumn {
  readonly name: string
  readonly runsIn: 'Node.js' | 'Chromium'
  /** Of its package, where it is not ours. */
  readonly version?: string
  readonly report: ConformanceReport
}

/** What came of a case with a host; undefined where it was not tried. */
export function verdictOf({ report }: HostColumn, id: string): Verdict['verdict'] | undefined {
  return report.cases.find((each) => each.id === id)?.verdict
}

/** How many promises a host keeps, of those that it can be asked. */
export function countKept({ report: { cases } }: HostColumn): string {
  const asked = cases.filter(({ verdict }) => verdict !== 'n/a')
  return `${asked.filter(({ verdict }) => verdict === 'kept').length}/${asked.length}`
}
