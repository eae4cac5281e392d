import { decodeTime } from 'ulid'
import { describe, expect, it } from 'vitest'
import { createUploadId, isUploadId } from '../upload-id.ts'
import { createSealedId } from './sealed-id.ts'

describe('createSealedId', () => {
  it('tells when the upload was sealed, and keeps the digits with which it began', () => {
    const startId = createUploadId()
    const sealedMs = decodeTime(startId) + 5000
    const id = createSealedId(startId, sealedMs)
    expect(isUploadId(id)).toBe(true)
    expect(decodeTime(id)).toBe(sealedMs)
    expect(id.slice(10)).toBe(startId.slice(10))
  })

  it('grows within a millisecond, and when the clock goes back', () => {
    const nowMs = Date.now() + 60_000
    const times = [...Array.from({ length: 100 }, () => nowMs), nowMs - 10_000, nowMs + 1]
    const ids = times.map((timeMs) => createSealedId(createUploadId(), timeMs))
    expect(ids.toSorted()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('is never of a time before the upload began', () => {
    const startId = createUploadId()
    expect(decodeTime(createSealedId(startId, 0))).toBeGreaterThanOrEqual(decodeTime(startId))
  })
})
