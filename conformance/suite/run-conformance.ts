import type { ConformanceCase } from './conformance-case.ts'
import { caseGroups } from './conformance-cases.ts'
import type { ConformanceHost } from './conformance-host.ts'
import type { ConformanceReport, Verdict } from './conformance-report.ts'
import type { Places } from './server-protocol.ts'
import { type FetchText, Trial } from './trial.ts'
import { formatFound, Unmet } from './unmet.ts'

/** A host, and what it is tried with. */
export interface ConformanceOptions extends ConformanceHost {
  /** The address of the conformance server. */
  readonly server: string
  /** Ids of the cases to run. Default: all. */
  readonly only?: readonly string[]
  /** Milliseconds that a case waits for what should come, before it is broken. Default 10000. */
  readonly deadlineMs?: number
  /** Asks the server, where there is no `fetch`. */
  readonly fetchText?: FetchText
}

/**
 * Runs the cases against a host, one after another. It never rejects because of what the host does.
 *
 * @throws {TypeError} where the server does not answer
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { server, only, deadlineMs = 10_000, fetchText = fetchByFetch } = options
  const places = JSON.parse(await fetchText(`${server}/places`)) as Places
  const cases: ConformanceReport['cases'][number][] = []
  for (const { topic, cases: group } of caseGroups) {
    for (const each of group) {
      const { id, promise } = each
      if (only !== undefined && !only.includes(id)) continue
      const trial = new Trial({ host: options, places, fetchText, deadlineMs })
      cases.push({ id, topic, promise, ...(await judge(each, { trial, host: options })) })
    }
  }
  return { cases }
}

async function judge(
  conformanceCase: ConformanceCase,
  { trial, host }: { trial: Trial; host: ConformanceHost },
): Promise<Verdict> {
  const { notInPage } = conformanceCase
  if (host.isInPage && notInPage !== undefined) return { verdict: 'n/a', reason: notInPage }
  try {
    await conformanceCase.run(trial)
    return { verdict: 'kept' }
  } catch (error) {
    if (error instanceof Unmet) {
      return { verdict: 'broken', expected: error.expected, found: error.found }
    }
    return {
      verdict: 'broken',
      expected: 'the case to run to its end',
      found: formatFound(error),
    }
  } finally {
    await trial.end()
  }
}

async function fetchByFetch(url: string): Promise<string> {
  const response = await fetch(url)
  return response.text()
}
