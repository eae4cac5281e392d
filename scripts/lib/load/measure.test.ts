import { describe, expect, it } from 'vitest'
import { medianRow, type Row } from './measure.mjs'
import { percentile } from './percentile.mjs'

const row: Row = {
  sizeBytes: 4096,
  atOnce: 10,
  idle: 0,
  uploads: 100,
  uploadsPerSecond: 20,
  bytesPerSecond: 81_920,
  p50Ms: 5,
  p99Ms: 9,
  cpuSeconds: 1,
  cpuMsPerUpload: 10,
  restBytes: 1,
  peakBytes: 2,
  loopDelayMs: undefined,
  storeRequests: undefined,
  failed: 0,
}

describe('percentile', () => {
  it('is the value that so many percent are not above', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index)
    expect([0, 50, 99, 100].map((percent) => percentile(values, percent))).toEqual([
      1, 100, 198, 200,
    ])
    expect(percentile([7], 99)).toBe(7)
    expect(percentile([], 99)).toBeNaN()
  })
})

describe('medianRow', () => {
  it('takes the median of each number by itself, and the most failures', () => {
    const runs = [
      { ...row, p50Ms: 8, p99Ms: 1, loopDelayMs: 3 },
      { ...row, p50Ms: 2, p99Ms: 2, failed: 1 },
      { ...row, p50Ms: 4, p99Ms: 3 },
    ]
    expect(medianRow(runs)).toEqual({ ...row, p50Ms: 4, p99Ms: 2, loopDelayMs: 3, failed: 1 })
  })
})
