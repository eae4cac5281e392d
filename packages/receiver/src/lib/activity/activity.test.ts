import { describe, expect, it } from 'vitest'
import { Activity, type UploadOrigin } from './activity.ts'

describe('Activity', () => {
  it('R-12 knows who sends what, how much of it has come, and at what rate', () => {
    const activity = new Activity()
    const first = activity.begin(origin('a', 4000), 0)
    first.onBytes(300)
    expect(activity.sample(1000)).toEqual({
      bytesPerSecond: 300,
      uploads: [{ ...origin('a', 4000), name: null, receivedBytes: 300, bytesPerSecond: 300 }],
    })
    first.onFile('one.txt')
    const second = activity.begin(origin('b', null), 1000)
    second.onBytes(500)
    first.onBytes(700)
    first.onFile('two.txt')
    expect(activity.sample(2000)).toEqual({
      bytesPerSecond: 750,
      uploads: [
        { ...origin('a', 4000), name: 'two.txt', receivedBytes: 1000, bytesPerSecond: 500 },
        { ...origin('b', null), name: null, receivedBytes: 500, bytesPerSecond: 500 },
      ],
    })
  })

  it('R-12 forgets an upload that ends, once, and not what it sent', () => {
    const activity = new Activity()
    const first = activity.begin(origin('a', null), 0)
    const second = activity.begin(origin('b', null), 0)
    first.onBytes(1000)
    first.end()
    first.end()
    expect(activity.underWay).toBe(1)
    expect(activity.sample(1000)).toMatchObject({
      bytesPerSecond: 1000,
      uploads: [{ requestId: 'b' }],
    })
    second.end()
    expect(activity.sample(1500)).toEqual({ bytesPerSecond: 667, uploads: [] })
    expect(activity.sample(3500)).toEqual({ bytesPerSecond: 0, uploads: [] })
  })

  it('R-12 keeps two uploads apart whose clients chose the same id', () => {
    const activity = new Activity()
    const first = activity.begin(origin('same', null), 0)
    activity.begin(origin('same', null), 0).onBytes(7)
    first.end()
    expect(activity.sample(0).uploads).toMatchObject([{ requestId: 'same', receivedBytes: 7 }])
  })

  it('R-12 does not count the time in which nothing came, nor what came before it', () => {
    const activity = new Activity()
    const before = activity.begin(origin('a', null), 0)
    before.onBytes(1_000_000)
    before.end()
    const upload = activity.begin(origin('b', null), 60_000)
    upload.onBytes(5000)
    expect(activity.sample(65_000).bytesPerSecond).toBe(1000)
  })
})

function origin(requestId: string, expectedBytes: number | null): UploadOrigin {
  return {
    requestId,
    expectedBytes,
    startedAt: '2026-11-24T03:00:00.000Z',
    remoteAddress: '127.0.0.1',
  }
}
