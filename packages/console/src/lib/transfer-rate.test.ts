import { describe, expect, it } from 'vitest'
import { addSample, estimateSecondsLeft, measureRate, type RateSamples } from './transfer-rate.ts'

function sample(...points: [atMs: number, bytes: number][]): RateSamples {
  return points.reduce<RateSamples>(
    (samples, [atMs, bytes]) => addSample(samples, { atMs, bytes }),
    [],
  )
}

describe('measureRate', () => {
  it('is unknown before there is something to measure', () => {
    expect(measureRate([])).toBeUndefined()
    expect(measureRate(sample([0, 0], [100, 5000]))).toBeUndefined()
  })

  it('is the bytes a second over the last moments', () => {
    expect(measureRate(sample([0, 0], [1000, 500], [2000, 1000]))).toBe(500)
  })

  it('follows a change, and forgets what is long ago', () => {
    const points: [number, number][] = []
    for (let second = 0; second <= 60; second += 1) points.push([second * 1000, second * 100])
    for (let second = 61; second <= 70; second += 1) points.push([second * 1000, 6000])
    expect(measureRate(sample(...points))).toBe(0)
    expect(sample(...points).length).toBeLessThan(10)
  })

  it('falls while a transfer stands still', () => {
    const rates = [1000, 2000, 3000].map((atMs) =>
      measureRate(sample([0, 0], [1000, 1000], [atMs, 1000])),
    )
    expect(rates).toEqual([1000, 500, 1000 / 3])
  })

  it('begins anew when an upload begins anew', () => {
    expect(measureRate(sample([0, 0], [1000, 1000], [1500, 0], [2500, 300]))).toBe(300)
  })
})

describe('estimateSecondsLeft', () => {
  it('is unknown while nothing moves', () => {
    expect(estimateSecondsLeft(100, undefined)).toBeUndefined()
    expect(estimateSecondsLeft(100, 0)).toBeUndefined()
    expect(estimateSecondsLeft(100, 50)).toBe(2)
  })

  it('says nothing while the answer to all of it is waited for', () => {
    expect(estimateSecondsLeft(0, 50)).toBeUndefined()
  })
})
