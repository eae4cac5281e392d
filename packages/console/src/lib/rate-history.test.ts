import { describe, expect, it } from 'vitest'
import {
  advanceHistory,
  drawArea,
  drawLine,
  emptyHistory,
  isQuiet,
  peakOf,
  stepMs,
} from './rate-history.ts'

describe('the history of the rate', () => {
  it('is one minute long', () => {
    expect(emptyHistory.length * stepMs).toBe(60_000)
    expect(advanceHistory(emptyHistory, 5).length).toBe(emptyHistory.length)
  })

  it('is quiet once what has arrived is a minute ago', () => {
    let history = advanceHistory(emptyHistory, 5)
    for (let step = 1; step < emptyHistory.length; step += 1) history = advanceHistory(history, 0)
    expect(isQuiet(history)).toBe(false)
    expect(peakOf(history)).toBe(5)
    expect(isQuiet(advanceHistory(history, 0))).toBe(true)
  })

  it('has no peak below the rate now', () => {
    const history = advanceHistory(emptyHistory, 5)
    expect(peakOf(history, 7)).toBe(7)
    expect(peakOf(history, 3)).toBe(5)
  })
})

describe('the chart', () => {
  const size = { width: 20, height: 10 }

  it('has its peak at the top and nothing at the bottom', () => {
    expect(drawLine([0, 50, 100], size)).toBe('M0,10L10,5L20,0')
    expect(drawLine([0, 0, 0], size)).toBe('M0,10L10,10L20,10')
  })

  it('closes the area along the bottom', () => {
    expect(drawArea([0, 50, 100], size)).toBe('M0,10L10,5L20,0L20,10L0,10Z')
  })
})
