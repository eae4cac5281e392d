import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Leftovers } from './leftovers.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('Leftovers', () => {
  it('R-02 are removed when the store is back, without anybody asking', async () => {
    const { store, removed } = fakeStore({ failures: 3 })
    const leftovers = new Leftovers(store)
    leftovers.add([{ key: 'object' }, { key: 'parts', uploadId: '1' }])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(removed).toEqual([])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(removed).toEqual(['object', 'parts 1'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('R-02 are removed as soon as the store answers anybody', async () => {
    const { store, removed } = fakeStore({ failures: 0 })
    const leftovers = new Leftovers(store)
    leftovers.storeAnswered()
    leftovers.add([{ key: 'record' }])
    leftovers.storeAnswered()
    leftovers.storeAnswered()
    await vi.advanceTimersByTimeAsync(0)
    expect(removed).toEqual(['record'])
  })

  it('are removed again ten seconds later, as often as they may come back, whatever else is removed', async () => {
    const { store, removed } = fakeStore({ failures: 0 })
    const leftovers = new Leftovers(store)
    leftovers.add([{ key: 'record', times: 3 }])
    leftovers.storeAnswered()
    await vi.advanceTimersByTimeAsync(9000)
    leftovers.add([{ key: 'other' }])
    leftovers.storeAnswered()
    await vi.advanceTimersByTimeAsync(0)
    expect(removed).toEqual(['record', 'other'])
    await vi.advanceTimersByTimeAsync(5000)
    expect(removed).toEqual(['record', 'other', 'record'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(removed).toEqual(['record', 'other', 'record', 'record'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('R-05 are no more than ten thousand', async () => {
    const { store, removed } = fakeStore({ failures: 0 })
    const leftovers = new Leftovers(store)
    for (let count = 0; count < 10_010; count += 1) leftovers.add([{ key: String(count) }])
    await leftovers.remove()
    expect(removed).toHaveLength(10_000)
    expect(removed[0]).toBe('10')
  })

  it('asks a store that is out of reach once in a minute at last', async () => {
    const { store, attempts } = fakeStore({ failures: Infinity })
    new Leftovers(store).add([{ key: 'a' }, { key: 'b' }])
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    const before = attempts()
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    expect(attempts() - before).toBe(10)
  })
})

function fakeStore({ failures }: { failures: number }): {
  store: ConstructorParameters<typeof Leftovers>[0]
  removed: string[]
  attempts: () => number
} {
  const removed: string[] = []
  let attempts = 0
  return {
    removed,
    attempts: () => attempts,
    store: {
      async attempt(_what, action) {
        attempts += 1
        if (attempts <= failures) throw new Error('out of reach')
        return await action(new AbortController().signal)
      },
      async delete(key) {
        removed.push(key)
      },
      async abortMultipart({ key, uploadId }) {
        removed.push(`${key} ${uploadId}`)
      },
    },
  }
}
