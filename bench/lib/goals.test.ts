import { describe, expect, it } from 'vitest'
import { bound, ratio } from './goals.mjs'
import { metrics } from './scenario.mjs'

const medians = new Map([
  ['ours', { wallSeconds: 0.6, perSecond: 2000, peakBytes: 60_000_000 }],
  ['curl', { wallSeconds: 0.8, perSecond: 3000 }],
  ['axios', { wallSeconds: 2.4, perSecond: 500 }],
  ['got', { wallSeconds: 1.5, perSecond: 1000 }],
])

describe('a goal', () => {
  it('says how much of another one’s median ours is', () => {
    const goal = ratio(metrics.wall, { of: 'ours', versus: 'curl', most: 0.9 })
    expect(goal(medians)).toEqual({
      goal: 'ours: wall s ≤ 0.9 × curl',
      found: '0.75 × (0.6 to 0.8)',
      isMet: true,
    })
  })

  it('is missed where the share is too large', () => {
    const goal = ratio(metrics.wall, { of: 'ours', versus: 'curl', most: 0.7 })
    expect(goal(medians)).toMatchObject({ isMet: false })
  })

  it('compares with the fastest of several, by time and by rate', () => {
    const best = ['axios', 'got']
    const byTime = ratio(metrics.wall, { of: 'ours', versus: { best }, most: 0.4 })
    const byRate = ratio(metrics.rate, { of: 'ours', versus: { best }, least: 2 })
    expect(byTime(medians)).toMatchObject({ goal: 'ours: wall s ≤ 0.4 × got', isMet: true })
    expect(byRate(medians)).toMatchObject({ goal: 'ours: requests/s ≥ 2 × got', isMet: true })
  })

  it('compares with the slowest of several', () => {
    const goal = ratio(metrics.wall, { of: 'ours', versus: { worst: ['curl', 'got'] }, most: 1 })
    expect(goal(medians)).toMatchObject({ goal: 'ours: wall s ≤ 1 × got' })
  })

  it('can be of one median alone', () => {
    const goal = bound(metrics.peak, { of: 'ours', most: 50_000_000 })
    expect(goal(medians)).toEqual({ goal: 'ours: peak MB ≤ 50', found: '60', isMet: false })
  })

  it('says nothing where one of both was not measured', () => {
    expect(ratio(metrics.wall, { of: 'ours', versus: 'ky', most: 1 })(medians)).toBeUndefined()
    expect(ratio(metrics.peak, { of: 'ours', versus: 'curl', most: 1 })(medians)).toBeUndefined()
    expect(bound(metrics.peak, { of: 'curl', most: 1 })(medians)).toBeUndefined()
  })
})
