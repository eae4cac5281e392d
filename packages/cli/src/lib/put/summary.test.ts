import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../upload.ts'
import { formatSummary } from './summary.ts'
import { createTally, type Tally } from './tally.ts'
import type { Unsent } from './unsent-list.ts'

const host = '127.0.0.1:9'
const sent: Outcome = { kind: 'answered', statusCode: 200, data: '', errMsg: 'uploadFile:ok' }
const refused: Outcome = { ...sent, statusCode: 413 }
const missing: Outcome = {
  kind: 'failed',
  errno: 1_300_002,
  errMsg: 'uploadFile:fail file not found',
}

function tallyOf(outcomes: readonly Outcome[]): Tally {
  const tally = createTally(host)
  for (const [index, outcome] of outcomes.entries()) {
    tally.note({ index, isFile: true, displayName: `${index}.jpg`, sizeBytes: 1000, outcome })
  }
  return tally
}

function summarize(tally: Tally, unsent: Unsent = { kind: 'none' }): string {
  return formatSummary(tally.totals(), {
    durationMs: 2000,
    unsent,
    formatRunAgain: () => 'wx-upload put …',
    colors: picocolors.createColors(false),
  })
}

describe('formatSummary', () => {
  it('says how many files and bytes were sent, in what time and how fast', () => {
    expect(summarize(tallyOf([sent, sent]))).toBe('2 of 2 files uploaded: 2 kB in 2.0 s (1 kB/s)\n')
  })

  it('says what failed and why, what was left out, and how to send it', () => {
    const tally = tallyOf([refused, sent, missing, refused, refused, refused])
    tally.noteNotStarted()
    tally.noteSkipped()
    expect(summarize(tally, { kind: 'names', names: ['a'] })).toBe(
      `1 of 7 files uploaded: 1 kB in 2.0 s (500 B/s)
5 failed:
  4  the server answered 413 Payload Too Large: 0.jpg, 3.jpg, 4.jpg, 1 more
  1  file not found: 2.jpg
1 file not started
left out in folders: 1 symbolic link, device or pipe
To upload what was not:
  wx-upload put …
`,
    )
  })

  it('says what a list is without, and that there is none', () => {
    const tally = tallyOf([missing])
    const list = { kind: 'file', file: 'todo', isNull: false, unlistable: 2 } as const
    expect(summarize(tally, list)).toMatch(
      /but 2 names with a line break, which todo has with --null alone\n$/,
    )
    expect(summarize(tally, { kind: 'lost' })).toMatch(
      /\nNo list of them could be written; --failed-to says where to\.\n$/,
    )
  })
})

describe('createTally', () => {
  it.each([
    [[sent, sent], 'ok'],
    [[sent, refused, missing], 'http'],
    [[missing, refused], 'file'],
  ])('of several outcomes the first in the order of the files counts', (outcomes, reason) => {
    expect(tallyOf(outcomes).totals().exitReason).toBe(reason)
  })

  it('knows the order of files whose uploads end in another one', () => {
    const tally = createTally(host)
    const ending = { isFile: true, displayName: 'a', sizeBytes: 0 }
    tally.note({ ...ending, index: 1, outcome: refused })
    tally.note({ ...ending, index: 0, outcome: missing })
    expect(tally.totals().exitReason).toBe('file')
  })

  it('holds three names of those that failed alike, however many', () => {
    const [alike] = tallyOf(Array.from({ length: 10_000 }, () => refused)).totals().failures
    expect(alike).toEqual({
      why: 'the server answered 413 Payload Too Large',
      count: 10_000,
      examples: ['0.jpg', '1.jpg', '2.jpg'],
    })
  })
})
