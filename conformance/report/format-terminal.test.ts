import { describe, expect, it } from 'vitest'
import { caseGroups } from '../suite/conformance-cases.ts'
import type { CaseResult, Verdict } from '../suite/conformance-report.ts'
import { formatForTerminal, wrap } from './format-terminal.ts'
import type { HostColumn } from './host-column.ts'

/** A host with this verdict for cases that are named, and which keeps the rest of the topic of calling. */
function columnOf(name: string, verdicts: Readonly<Record<string, Verdict>> = {}): HostColumn {
  const [calling] = caseGroups
  const cases = (calling?.cases ?? []).map(({ id, promise }): CaseResult => ({
    id,
    topic: 'Calling',
    promise,
    ...(verdicts[id] ?? { verdict: 'kept' }),
  }))
  return { name, runsIn: 'Chromium', report: { cases } }
}

const long = 'x'.repeat(200)

const columns = [
  columnOf('wx-upload'),
  columnOf('Some host', {
    'task-at-once': { verdict: 'broken', expected: 'a task with abort()', found: `none ${long}` },
    'callbacks-later': { verdict: 'n/a', reason: 'nobody can tell' },
  }),
]

describe('the table in the terminal', () => {
  it('says promise by promise who keeps it, and how many each host keeps of those that it can be asked', () => {
    const lines = formatForTerminal(columns).split('\n')
    expect(lines).toContain('Calling')
    expect(lines.find((line) => line.startsWith('The call returns a task'))).toMatch(/ ✓ +✗$/)
    expect(lines.find((line) => line.startsWith('No callback runs'))).toMatch(/ ✓ +n\/a$/)
    expect(lines.find((line) => line.startsWith('Kept'))).toMatch(/ 8\/8 +6\/7$/)
    expect(lines).not.toContain('Arguments')
  })

  it('says below what was expected and what was found', () => {
    const text = formatForTerminal(columns)
    expect(text).toContain(
      'What Some host in Chromium does not keep\n  task-at-once\n    expected a task with abort()\n    found none\n    xxx',
    )
  })

  it('is no wider than 80 characters, with one host and with four', () => {
    for (const some of [columns.slice(0, 1), [...columns, ...columns]]) {
      const widths = formatForTerminal(some)
        .split('\n')
        .map(({ length }) => length)
      expect(Math.max(...widths)).toBeLessThanOrEqual(80)
    }
  })
})

describe('wrap', () => {
  it('breaks between words, and within a word that is longer than a line', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('a bcdefghij k', 4)).toEqual(['a', 'bcde', 'fghi', 'j k'])
    expect(wrap('', 4)).toEqual([''])
  })
})
