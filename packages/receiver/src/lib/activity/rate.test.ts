import { describe, expect, it } from 'vitest'
import { Rate } from './rate.ts'

describe('Rate', () => {
  it('is over the last two seconds, whatever came before', () => {
    const rate = new Rate({ atMs: 0, bytes: 0 })
    const found: number[] = []
    // 1 MB/s for two seconds, and nothing afterwards.
    for (let atMs = 250; atMs <= 4500; atMs += 250) {
      found.push(rate.measure({ atMs, bytes: Math.min(atMs, 2000) * 1000 }))
    }
    expect(found.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 1_000_000))
    expect(found.slice(8)).toEqual([
      875_000, 750_000, 625_000, 500_000, 375_000, 250_000, 125_000, 0, 0, 0,
    ])
  })

  it('is since the last sample where nobody asked for longer', () => {
    const rate = new Rate({ atMs: 0, bytes: 0 })
    expect(rate.measure({ atMs: 10_000, bytes: 20_000 })).toBe(2000)
    expect(rate.measure({ atMs: 15_000, bytes: 20_000 })).toBe(0)
    // And from now on what is recent, however long nobody asked before.
    expect(rate.measure({ atMs: 15_250, bytes: 21_000 })).toBe(4000)
  })

  it('takes what comes within a quarter of a second for that of a quarter', () => {
    const rate = new Rate({ atMs: 100, bytes: 0 })
    expect(rate.measure({ atMs: 100, bytes: 0 })).toBe(0)
    expect(rate.measure({ atMs: 100, bytes: 1000 })).toBe(4000)
    expect(rate.measure({ atMs: 101, bytes: 1000 })).toBe(4000)
    expect(rate.measure({ atMs: 600, bytes: 1000 })).toBe(2000)
  })

  it('is the same for everybody who asks, however many do', () => {
    const rate = new Rate({ atMs: 0, bytes: 0 })
    const found = Array.from({ length: 4000 }, (_, atMs) =>
      rate.measure({ atMs, bytes: atMs * 1000 }),
    )
    expect(new Set(found.slice(250))).toEqual(new Set([1_000_000]))
  })
})
