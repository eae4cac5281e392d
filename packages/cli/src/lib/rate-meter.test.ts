import { describe, expect, it } from 'vitest'
import { createRateMeter } from './rate-meter.ts'

describe('createRateMeter', () => {
  it('knows nothing after one measurement', () => {
    expect(createRateMeter().measure(500, 1000)).toBe(0)
  })

  it('forgets what is older than three seconds', () => {
    const meter = createRateMeter()
    meter.measure(0, 0)
    expect(meter.measure(1000, 1000)).toBe(1000)
    meter.measure(1100, 2000)
    expect(meter.measure(1400, 5000)).toBe(100)
  })

  it('starts anew when the count starts over', () => {
    const meter = createRateMeter()
    meter.measure(0, 0)
    meter.measure(5000, 1000)
    expect(meter.measure(0, 1100)).toBe(0)
    expect(meter.measure(100, 2100)).toBe(100)
  })
})
