import { describe, expect, it, vi } from 'vitest'
import { decodeTime, isValid } from 'ulid'
import { createUploadId, isUploadId } from './upload-id.ts'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

describe('createUploadId', () => {
  it('makes ULIDs, each greater than the one before', () => {
    const ids = Array.from({ length: 20_000 }, createUploadId)
    expect(ids.filter((id) => !isUploadId(id) || !isValid(id))).toEqual([])
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('goes on when the clock goes back', () => {
    vi.useFakeTimers({ now: Date.now() + 1000 })
    const before = createUploadId()
    vi.setSystemTime(Date.now() - 60_000)
    const after = createUploadId()
    vi.useRealTimers()
    expect(after > before).toBe(true)
    expect(decodeTime(after)).toBe(decodeTime(before))
  })

  it('R-08 makes none that can be guessed from another of the same millisecond', () => {
    vi.useFakeTimers({ now: Date.now() + 2000 })
    const randoms = Array.from({ length: 1000 }, () => randomOf(createUploadId()))
    vi.useRealTimers()
    const steps = randoms.slice(1).map((random, index) => random - (randoms[index] ?? 0n))
    // One in a million million would be less than this.
    expect(steps.filter((step) => step < 2n ** 24n)).toEqual([])
    expect(new Set(steps).size).toBe(steps.length)
  })
})

function randomOf(id: string): bigint {
  return Array.from(id.slice(10)).reduce(
    (sum, digit) => sum * 32n + BigInt(digits.indexOf(digit)),
    0n,
  )
}
