import { caseGroups } from '../suite/conformance-cases.ts'
import type { Verdict } from '../suite/conformance-report.ts'
import type { HostColumn } from './host-column.ts'

/** The results as the repository keeps them, from which the tables of the READMEs are made. */
export interface KeptResults {
  readonly hosts: readonly KeptHost[]
}

export interface KeptHost extends Pick<HostColumn, 'name' | 'runsIn' | 'version'> {
  readonly key: string
  /** By the id of the case. */
  readonly verdicts: Readonly<Record<string, Verdict['verdict']>>
}

/** What is kept of a run: what does not change from one to the next. */
export function toKeptHost(key: string, { name, runsIn, version, report }: HostColumn): KeptHost {
  return {
    key,
    name,
    runsIn,
    ...(version === undefined ? {} : { version }),
    verdicts: Object.fromEntries(report.cases.map(({ id, verdict }) => [id, verdict])),
  }
}

/** Where runs and what is kept differ, in sentences. */
export function compareResults(kept: KeptResults, found: KeptResults): string[] {
  return found.hosts.flatMap(({ key, name, runsIn, version, verdicts }) => {
    const host = `${name} in ${runsIn}`
    const before = kept.hosts.find((each) => each.key === key)
    if (before === undefined) return [`${host} has no results`]
    const differences = before.version === version ? [] : [`${host} is ${version} now`]
    const ids = caseGroups.flatMap(({ cases }) => cases.map(({ id }) => id))
    for (const id of new Set([...ids, ...Object.keys(before.verdicts)])) {
      const [then, now] = [before.verdicts[id] ?? 'not tried', verdicts[id] ?? 'not tried']
      if (then !== now) differences.push(`${host}: ${id} was ${then}, and is ${now}`)
    }
    return differences
  })
}
