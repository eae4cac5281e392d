import type { RunEvent } from '../protocol.ts'

/** One line of the log. */
export interface LogRow {
  /** Grows from row to row. */
  readonly id: number
  /** What happened; of the progress of an upload, what happened last. */
  readonly event: RunEvent
  /** When it first did, in milliseconds since the run began. */
  readonly firstAtMs: number
  /** How many events it stands for. */
  readonly count: number
}

/** What a run has told so far. Never changes: {@link addEvents} makes the next one. */
export interface RunLog {
  readonly rows: readonly LogRow[]
  /** Rows that were too many: the oldest. */
  readonly droppedRows: number
  readonly nextId: number
}

/** The most rows that are kept: code in a loop writes any number of them. */
export const maxRows = 1000

export const emptyLog: RunLog = { rows: [], droppedRows: 0, nextId: 1 }

/** The log with more events: all progress of one upload is one row, which stays where it began. */
export function addEvents(log: RunLog, events: readonly RunEvent[]): RunLog {
  const rows = [...log.rows]
  let { nextId } = log
  for (const event of events) {
    const index =
      event.type === 'progress' ? rows.findLastIndex((row) => isProgressOf(row, event.call)) : -1
    const row = rows[index]
    if (row === undefined) {
      rows.push({ id: nextId, event, firstAtMs: event.atMs, count: 1 })
      nextId += 1
    } else rows[index] = { ...row, event, count: row.count + 1 }
  }
  const tooMany = Math.max(0, rows.length - maxRows)
  return { rows: rows.slice(tooMany), droppedRows: log.droppedRows + tooMany, nextId }
}

function isProgressOf({ event }: LogRow, call: number): boolean {
  return event.type === 'progress' && event.call === call
}
