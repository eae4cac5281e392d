import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { StoredUpload } from '../lib/stored-upload.ts'
import { createDeletions, type Deletions } from './deletions.ts'

const undoMs = 8000

function upload(id: string): StoredUpload {
  return { id, receivedAt: '2026-11-24T00:00:00.000Z', files: [], fields: {} }
}

let hidden: Set<string>
let removed: string[]
let asked: [id: string, isLast: boolean][]
let failures: string[]
let refuse: boolean
let deletions: Deletions

beforeEach(() => {
  vi.useFakeTimers()
  hidden = new Set()
  removed = []
  asked = []
  failures = []
  refuse = false
  deletions = createDeletions({
    stored: {
      setHidden: (id, isHidden) => void (isHidden ? hidden.add(id) : hidden.delete(id)),
      remove: (id) => void removed.push(id),
    },
    async deleteUpload(id, isLast) {
      asked.push([id, isLast])
      if (refuse) throw new Error('refused')
    },
    onFailure: ({ id }) => void failures.push(id),
  })
})

afterEach(() => {
  vi.useRealTimers()
})

function pending(): string[] {
  return deletions.pending.value.map(({ upload }) => upload.id)
}

describe('createDeletions', () => {
  it('hides at once and deletes when the time to undo is over', async () => {
    deletions.start(upload('a'))
    expect([...hidden]).toEqual(['a'])
    await vi.advanceTimersByTimeAsync(undoMs - 1)
    expect(asked).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(asked).toEqual([['a', false]])
    expect(removed).toEqual(['a'])
    expect(pending()).toEqual([])
  })

  it('shows again what is undone, and deletes nothing', async () => {
    deletions.start(upload('a'))
    const [deletion] = deletions.pending.value
    if (deletion) deletions.undo(deletion)
    await vi.advanceTimersByTimeAsync(undoMs * 2)
    expect([...hidden]).toEqual([])
    expect(asked).toEqual([])
  })

  it('waits while somebody is about to decide', async () => {
    deletions.start(upload('a'))
    deletions.hold()
    await vi.advanceTimersByTimeAsync(undoMs * 3)
    expect(asked).toEqual([])
    deletions.release()
    await vi.advanceTimersByTimeAsync(undoMs)
    expect(asked).toEqual([['a', false]])
  })

  it('does not wait for ever for whoever undid the last one', async () => {
    deletions.start(upload('a'))
    deletions.hold()
    const [deletion] = deletions.pending.value
    if (deletion) deletions.undo(deletion)
    deletions.start(upload('b'))
    await vi.advanceTimersByTimeAsync(undoMs)
    expect(asked).toEqual([['b', false]])
  })

  it('deletes the oldest when there are too many to show', () => {
    for (const id of 'abcd') deletions.start(upload(id))
    expect(pending()).toEqual(['b', 'c', 'd'])
    expect(asked).toEqual([['a', false]])
  })

  it('shows again what the server would not delete, and says so', async () => {
    refuse = true
    deletions.start(upload('a'))
    await vi.advanceTimersByTimeAsync(undoMs)
    expect([...hidden]).toEqual([])
    expect(failures).toEqual(['a'])
    expect(removed).toEqual([])
  })

  it('deletes all that is pending when the page goes, with requests that outlive it', () => {
    deletions.start(upload('a'))
    deletions.start(upload('b'))
    deletions.flush()
    expect(asked).toEqual([
      ['a', true],
      ['b', true],
    ])
  })

  it('forgets what somebody else has deleted', async () => {
    deletions.start(upload('a'))
    deletions.start(upload('b'))
    deletions.forget('a')
    deletions.forget('never started')
    expect(pending()).toEqual(['b'])
    await vi.advanceTimersByTimeAsync(undoMs)
    expect(asked).toEqual([['b', false]])
  })

  it('does not wait for whoever pointed at a notice before anything was deleted', async () => {
    deletions.hold()
    deletions.start(upload('a'))
    await vi.advanceTimersByTimeAsync(undoMs)
    expect(asked).toEqual([['a', false]])
  })
})
