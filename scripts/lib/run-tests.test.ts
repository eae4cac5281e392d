import { describe, expect, it } from 'vitest'
import { countTests } from './run-tests.mjs'

/** A report of one file with tests that ended so. */
function createReport(...statuses: string[]) {
  return {
    numPassedTests: statuses.filter((status) => status === 'passed').length,
    numTotalTests: statuses.length,
    testResults: [
      {
        status: statuses.includes('failed') ? 'failed' : 'passed',
        assertionResults: statuses.map((status) => ({ status })),
      },
    ],
  }
}

describe('countTests', () => {
  it('counts what passed and what failed', () => {
    const report = createReport('passed', 'failed', 'passed')
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1 })
  })

  it('counts a test that was skipped or left to do as failed', () => {
    const report = createReport('passed', 'skipped', 'pending', 'todo')
    expect(countTests(report, 0)).toEqual({ passed: 1, failed: 3 })
  })

  it('counts a file that could not be run as failed', () => {
    const broken = { status: 'failed', assertionResults: [] }
    const report = createReport('passed', 'failed')
    report.testResults.push(broken)
    expect(countTests(report, 1)).toEqual({ passed: 1, failed: 2 })
  })

  it('counts an error outside every test as failed', () => {
    expect(countTests(createReport('passed'), 1)).toEqual({ passed: 1, failed: 1 })
  })

  it('counts a run without a test or without a report as failed', () => {
    expect(countTests(createReport(), 0)).toEqual({ passed: 0, failed: 1 })
    expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1 })
  })
})
