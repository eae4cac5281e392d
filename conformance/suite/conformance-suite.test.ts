import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ConformanceServer, startConformanceServer } from '../server/conformance-server.ts'
import { caseGroups } from './conformance-cases.ts'
import type { CaseResult } from './conformance-report.ts'
import { endless, type Flaw, flaws } from './flaws.fixture.ts'
import { createPlainHost } from './plain-host.fixture.ts'
import { runConformance } from './run-conformance.ts'

let server: ConformanceServer

beforeAll(async () => {
  server = await startConformanceServer()
})

afterAll(async () => {
  await server.close()
})

const cases = caseGroups.flatMap((group) => group.cases)
const flawed = Object.entries(flaws) as [Flaw, readonly string[]][]

/** Runs some cases against the plain host, with a flaw or without. */
async function tryPlainHost(
  flaw: Flaw | undefined,
  options: { only?: readonly string[]; deadlineMs?: number } = {},
): Promise<readonly CaseResult[]> {
  const host = await createPlainHost(flaw)
  try {
    return (await runConformance({ ...host, ...options, server: server.url })).cases
  } finally {
    await rm(host.folder, { recursive: true })
  }
}

describe('the conformance suite', () => {
  it('is kept whole by a plain host that is none of ours', async () => {
    const results = await tryPlainHost(undefined)
    expect(results.filter(({ verdict }) => verdict !== 'kept')).toEqual([])
    expect(results).toHaveLength(cases.length)
  })

  it.concurrent.each(flawed)('notices a host that %s: %s', async (flaw, ids) => {
    const isEndless = endless.has(flaw)
    const results = await tryPlainHost(flaw, {
      only: ids,
      // What never comes need not be waited for as long as what is late.
      ...(isEndless ? { deadlineMs: 1500 } : {}),
    })
    expect(results.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    expect(results.filter(({ verdict }) => verdict !== 'broken')).toEqual([])
    // By what it looks for, and not by an error of its own, nor because the machine is busy.
    expect(results).not.toContainEqual(
      expect.objectContaining({ expected: 'the case to run to its end' }),
    )
    const found = results.map((result) => (result.verdict === 'broken' ? result.found : ''))
    expect(found.some((each) => each.startsWith('not within'))).toBe(isEndless)
  })

  it('has no case that notices no flaw', () => {
    const noticing = new Set<string>(flawed.flatMap(([, ids]) => ids))
    expect(cases.map(({ id }) => id).filter((id) => !noticing.has(id))).toEqual([])
  })

  it('has cases with names of their own, in two languages, each from a public source', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length)
    expect(new Set(cases.map(({ promise }) => promise)).size).toBe(cases.length)
    for (const { id, promise, promiseZh, sources } of cases) {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
      expect(promise).toMatch(/^[A-Za-z]/)
      expect(promiseZh).toMatch(/\p{Script=Han}/u)
      expect(sources.length).toBeGreaterThan(0)
      for (const { url } of sources) expect(new URL(url).protocol).toBe('https:')
    }
  })
})
