import { describe, expect, it } from 'vitest'
import { hasThumbnail, kindOfFile } from './file-kind.ts'

describe('kindOfFile', () => {
  it.each([
    ['photo.bin', 'image/jpeg', 'image'],
    ['clip.mp4', '', 'video'],
    ['a.tar.gz', 'application/gzip', 'archive'],
    ['REPORT.PDF', 'application/pdf', 'document'],
    ['numbers.csv', 'text/csv', 'table'],
    ['main.ts', 'application/octet-stream', 'code'],
    ['readme', 'text/plain', 'document'],
    ['data', 'application/octet-stream', 'other'],
    ['x.constructor', '', 'other'],
  ])('takes %s of type %j for %s', (name, type, kind) => {
    expect(kindOfFile({ name, type })).toBe(kind)
  })
})

describe('hasThumbnail', () => {
  it('is true of pictures that a browser shows at little cost', () => {
    expect(hasThumbnail({ type: 'image/png', size: 20_000_000 })).toBe(true)
    expect(hasThumbnail({ type: 'image/png', size: 20_000_001 })).toBe(false)
    expect(hasThumbnail({ type: 'image/svg+xml', size: 100 })).toBe(false)
    expect(hasThumbnail({ type: 'image/heic', size: 100 })).toBe(false)
    expect(hasThumbnail({ type: 'text/plain', size: 100 })).toBe(false)
  })
})
