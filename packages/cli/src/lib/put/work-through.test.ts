import { describe, expect, it, vi } from 'vitest'
import { workThrough } from './work-through.ts'

/** Numbers from 0 on, and how many of them have been asked for. */
function numbers(count: number) {
  const state = { taken: 0, isClosed: false }
  async function* generate(): AsyncGenerator<number> {
    try {
      for (; state.taken < count;) yield state.taken++
    } finally {
      state.isClosed = true
    }
  }
  return { state, items: generate() }
}

const never = new AbortController().signal
const leave = vi.fn<(item: number) => Promise<void>>(async () => {})

describe('workThrough', () => {
  it('works on everything in order, so much at once, and takes no more of it than that', async () => {
    const { items, state } = numbers(100)
    let running = 0
    let most = 0
    const begun: number[] = []
    await workThrough(items, {
      concurrency: 4,
      signal: never,
      async work(item, index) {
        expect(index).toBe(item)
        begun.push(item)
        running += 1
        most = Math.max(most, running)
        expect(state.taken).toBeLessThanOrEqual(item + 4)
        await new Promise(setImmediate)
        running -= 1
      },
      leave,
    })
    expect(begun).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(most).toBe(4)
  })

  it('looks at the rest alone after an abort', async () => {
    const controller = new AbortController()
    const { items } = numbers(10)
    const worked: number[] = []
    const left: number[] = []
    await workThrough(items, {
      concurrency: 2,
      signal: controller.signal,
      async work(item) {
        worked.push(item)
        if (item === 3) controller.abort()
      },
      leave: async (item) => void left.push(item),
    })
    expect([...worked, ...left]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(left.length).toBeGreaterThan(4)
  })

  it('throws what goes wrong when what has begun is over, and closes the sequence', async () => {
    const { items, state } = numbers(10)
    let over = 0
    const working = workThrough(items, {
      concurrency: 3,
      signal: never,
      async work(item) {
        if (item === 1) throw new Error('broken')
        await new Promise(setImmediate)
        over += 1
      },
      leave,
    })
    await expect(working).rejects.toThrow('broken')
    expect(over).toBe(2)
    expect(state.isClosed).toBe(true)
  })
})
