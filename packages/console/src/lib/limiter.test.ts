import { describe, expect, it } from 'vitest'
import { createLimiter } from './limiter.ts'

describe('createLimiter', () => {
  it('runs so much at once and no more, in order, whatever becomes of it', async () => {
    const limiter = createLimiter(2)
    const { signal } = new AbortController()
    const begun: number[] = []
    const ends: (() => void)[] = []
    const runs = [0, 1, 2, 3].map((index) =>
      limiter.run(async () => {
        begun.push(index)
        await new Promise<void>((resolve) => ends.push(resolve))
        if (index === 0) throw new Error('broken')
        return index
      }, signal),
    )
    const results = Promise.allSettled(runs)
    await expect.poll(() => begun).toEqual([0, 1])
    ends.shift()?.()
    await expect.poll(() => begun).toEqual([0, 1, 2])
    ends.shift()?.()
    await expect.poll(() => begun).toEqual([0, 1, 2, 3])
    for (const end of ends) end()
    expect((await results).map(({ status }) => status)).toEqual([
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ])
  })

  it('does not begin what nobody wants any more', async () => {
    const limiter = createLimiter(1)
    const unwanted = new AbortController()
    let end = (): void => undefined
    const first = limiter.run(
      () => new Promise<void>((resolve) => (end = resolve)),
      new AbortController().signal,
    )
    const second = limiter.run(() => Promise.reject(new Error('begun')), unwanted.signal)
    unwanted.abort()
    await expect.poll(() => end).toBeTypeOf('function')
    end()
    await first
    await expect(second).rejects.toThrow(/aborted/)
  })
})
