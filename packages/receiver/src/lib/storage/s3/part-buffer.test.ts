import { createHash } from 'node:crypto'
import { array, assert, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PartBuffer } from './part-buffer.ts'

describe('PartBuffer', () => {
  it('holds what it took, and its MD5, however it was cut', () => {
    const chunks = array(uint8Array({ maxLength: 3000 }), { maxLength: 8 })
    assert(
      property(chunks, (cut) => {
        const part = new PartBuffer(10_000)
        let taken = 0
        for (const chunk of cut) taken += part.take(chunk)
        const expected = Buffer.concat(cut).subarray(0, 10_000)
        expect(part.bytes).toEqual(expected)
        expect([part.size, taken]).toEqual([expected.length, expected.length])
        expect(part.isFull).toBe(expected.length === 10_000)
        expect(part.md5()).toEqual(createHash('md5').update(expected).digest())
      }),
    )
  })

  it('is as new after it was cleared', () => {
    const part = new PartBuffer(8)
    expect(part.take(Buffer.from('0123456789'))).toBe(8)
    part.md5()
    part.clear()
    expect(part.take(Buffer.from('ab'))).toBe(2)
    expect(part.bytes.toString()).toBe('ab')
    expect(part.md5()).toEqual(createHash('md5').update('ab').digest())
  })

  it('R-05 takes little memory for a little, and never more than its capacity', () => {
    const part = new PartBuffer(100_000)
    part.take(Buffer.from('a'))
    expect(part.bytes.buffer.byteLength).toBeLessThanOrEqual(4096)
    for (let count = 0; count < 200; count += 1) part.take(Buffer.alloc(1000))
    expect(part.bytes.buffer.byteLength).toBe(100_000)
  })
})
