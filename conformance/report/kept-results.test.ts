import { describe, expect, it } from 'vitest'
import { caseGroups } from '../suite/conformance-cases.ts'
import { formatReadmeTable, putIntoReadme } from './format-readme-table.ts'
import { compareResults, type KeptHost } from './kept-results.ts'

const ids = caseGroups.flatMap(({ cases }) => cases.map(({ id }) => id))
const verdicts = Object.fromEntries(ids.map((id) => [id, 'kept'] as const))
const ours: KeptHost = { key: 'ours', name: 'Ours', runsIn: 'Node.js', verdicts }
const theirs: KeptHost = {
  key: 'theirs',
  name: 'Theirs',
  runsIn: 'Chromium',
  version: '1.0',
  verdicts: { ...verdicts, timeout: 'broken', 'referer-kept': 'n/a' },
}

describe('what is kept of a run', () => {
  it('is compared with another run: verdicts, versions, cases that are new or gone', () => {
    const kept = { hosts: [ours, theirs] }
    expect(compareResults(kept, kept)).toEqual([])
    const { timeout: _gone, ...fewer } = verdicts
    const found = {
      hosts: [
        { ...ours, verdicts: { ...fewer, reset: 'broken' as const } },
        { ...theirs, version: '2.0' },
        { ...theirs, key: 'new', name: 'New' },
      ],
    }
    expect(compareResults(kept, found)).toEqual([
      'Ours in Node.js: reset was kept, and is broken',
      'Ours in Node.js: timeout was kept, and is not tried',
      'Theirs in Chromium is 2.0 now',
      'New in Chromium has no results',
    ])
  })
})

describe('the table of a README', () => {
  it('has a row for each promise, and says how many each host keeps of those that it can be asked', () => {
    const lines = formatReadmeTable({ hosts: [ours, theirs] }, 'en').split('\n')
    expect(lines[0]).toBe('| promise | Ours in Node.js | Theirs 1.0 |')
    expect(lines).toContain('| The caller cannot set Referer | ✓ | n/a |')
    expect(lines).toHaveLength(ids.length + caseGroups.length + 3)
    expect(lines.at(-1)).toBe(
      `| **kept** | ${ids.length}/${ids.length} | ${ids.length - 2}/${ids.length - 1} |`,
    )
  })

  it('is in Chinese for the other README', () => {
    const table = formatReadmeTable({ hosts: [theirs] }, 'zh')
    expect(table).toContain('| 调用者不能设置 Referer | n/a |')
    expect(table).toContain('| **表单** |  |')
  })

  it('is put between its marks, and nothing else is changed', () => {
    const readme = 'before\n<!-- conformance -->\nold\n<!-- /conformance -->\nafter\n'
    expect(putIntoReadme(readme, 'new')).toBe(readme.replace('old', 'new'))
    expect(() => putIntoReadme('no marks', 'new')).toThrow('The README has no line')
  })
})
