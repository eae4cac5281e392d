import { describe, expect, it } from 'vitest'
import { createFormats } from './formats.ts'

const en = createFormats('en')
const zh = createFormats('zh')

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999.6, '1.0 kB'],
    [1000, '1.0 kB'],
    [12_345, '12.3 kB'],
    [99_960, '100 kB'],
    [999_400, '999 kB'],
    [999_600, '1.0 MB'],
    [2_147_483_648, '2.1 GB'],
    [5e15, '5,000 TB'],
  ])('%d is %s', (bytes, text) => {
    expect(en.bytes(bytes)).toBe(text)
  })

  it('are the same in Chinese, as are rates', () => {
    expect(zh.bytes(12_345)).toBe('12.3 kB')
    expect(zh.rate(12_345_678)).toBe('12.3 MB/s')
  })
})

describe('percentages', () => {
  it('are rounded down, so that 100% is all of it', () => {
    expect(en.percent(0.999)).toBe('99%')
    expect(en.percent(1)).toBe('100%')
  })

  it('are exact where they are whole', () => {
    const whole = Array.from({ length: 101 }, (_percent, index) => index)
    expect(whole.map((percent) => en.percent(percent / 100))).toEqual(
      whole.map((percent) => `${percent}%`),
    )
  })
})

describe('durations', () => {
  it.each([
    [0.2, '1 sec', '1秒'],
    [8.1, '9 sec', '9秒'],
    [12, '15 sec', '15秒'],
    [89, '90 sec', '90秒'],
    [100, '2 min', '2分钟'],
    [3 * 3600, '3 hr', '3小时'],
  ])('%d seconds are %s, in Chinese %s', (seconds, inEnglish, inChinese) => {
    expect(en.duration(seconds)).toBe(inEnglish)
    expect(zh.duration(seconds)).toBe(inChinese)
  })
})

describe('how long ago', () => {
  const now = Date.UTC(2026, 10, 24, 12)
  it.each([
    [0, 'now', '现在'],
    [-5000, 'now', '现在'],
    [30, '30 seconds ago', '30秒钟前'],
    [59.7, '1 minute ago', '1分钟前'],
    [5 * 60, '5 minutes ago', '5分钟前'],
    [23.6 * 3600, 'yesterday', '昨天'],
    [3 * 86_400, '3 days ago', '3天前'],
    [400 * 86_400, 'last year', '去年'],
  ])('%d seconds ago is %s, in Chinese %s', (seconds, inEnglish, inChinese) => {
    expect(en.ago(now - seconds * 1000, now)).toBe(inEnglish)
    expect(zh.ago(now - seconds * 1000, now)).toBe(inChinese)
  })
})
