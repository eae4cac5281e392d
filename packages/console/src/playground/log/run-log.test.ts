import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../protocol.ts'
import { addEvents, emptyLog, maxRows } from './run-log.ts'

const value = { kind: 'plain', text: 'undefined' } as const

function progress(call: number, percent: number, atMs = percent): RunEvent {
  return { type: 'progress', atMs, call, percent, value, isHeard: true }
}

function line(atMs: number): RunEvent {
  return { type: 'console', atMs, level: 'log', values: [] }
}

describe('addEvents', () => {
  it('shows the progress of an upload as one row, where it began', () => {
    const first = addEvents(emptyLog, [progress(1, 10), line(11), progress(2, 12)])
    const log = addEvents(first, [progress(1, 50), line(51), progress(1, 100)])

    expect(log.rows.map(({ event, firstAtMs, count }) => [event.type, firstAtMs, count])).toEqual([
      ['progress', 10, 3],
      ['console', 11, 1],
      ['progress', 12, 1],
      ['console', 51, 1],
    ])
    expect(log.rows[0]?.event).toEqual(progress(1, 100))
  })

  it('keeps the id of a row while it changes, and gives no id twice', () => {
    const first = addEvents(emptyLog, [progress(1, 10), line(11)])
    const log = addEvents(first, [progress(1, 50), line(51)])

    expect(log.rows.map(({ id }) => id)).toEqual([1, 2, 3])
  })

  it('drops the oldest rows when there are too many, and says how many', () => {
    const events = Array.from({ length: maxRows + 5 }, (_, index) => line(index))
    const log = addEvents(addEvents(emptyLog, events), [line(9999)])

    expect(log.rows).toHaveLength(maxRows)
    expect(log.rows[0]?.firstAtMs).toBe(6)
    expect(log.droppedRows).toBe(6)
  })
})
