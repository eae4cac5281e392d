import { describe, expect, it } from 'vitest'
import type { ReceiverError } from '../problem/errors.ts'
import { type UploadPlace, UploadPlaces } from './upload-places.ts'

const limits = { concurrentUploads: 2, minRateWhenFullBytesPerSecond: 1000 }

describe('UploadPlaces', () => {
  it('R-04 has one for each upload at once, and for another when one is left', () => {
    const places = new UploadPlaces(limits)
    const first = places.take('Here')
    places.take('Here')
    const overloaded = expect.objectContaining({
      code: 'overloaded',
      message: 'Here: 2 are under way',
    })
    expect(() => places.take('Here')).toThrow(overloaded)
    expect(() => places.check('Here')).toThrow(overloaded)
    for (let count = 0; count < 2; count += 1) first.leave()
    places.check('Here')
    places.take('Here')
    expect(() => places.take('Here')).toThrow(overloaded)
  })

  it('R-04 takes none from an upload that is fast enough, whose rate is not known, or that has all come', () => {
    const places = new UploadPlaces({ ...limits, concurrentUploads: 3 })
    const asked: ReceiverError[] = []
    const [fast, whole] = [places.take('Here'), places.take('Here'), places.take('Here')]
    for (const place of [fast, whole]) place?.receive((error) => asked.push(error))
    fast?.measured(1000)
    whole?.measured(1)
    whole?.received()
    expect(() => places.take('Here')).toThrow(expect.objectContaining({ code: 'overloaded' }))
    expect(asked).toEqual([])
  })

  it('R-04 asks the slowest to leave, once, and no more than there are places while nobody does', () => {
    const places = new UploadPlaces(limits)
    const asked: string[] = []
    const take = (name: string, bytesPerSecond: number): UploadPlace => {
      const place = places.take('Here')
      place.receive((error) => {
        place.received()
        asked.push(`${name}: ${error.message}`)
      })
      place.measured(bytesPerSecond)
      return place
    }
    const slow = take('slow', 20)
    take('slower', 10.4)
    places.check('Here')
    expect(asked).toEqual([])
    take('third', 30)
    expect(asked).toEqual([
      'slower: Receiving the upload: 10 bytes a second came, and another upload needs its place; ' +
        'the limit minRateWhenFullBytesPerSecond is 1000',
    ])
    take('fourth', 40)
    expect(asked).toHaveLength(2)
    expect(() => places.take('Here')).toThrow(expect.objectContaining({ code: 'overloaded' }))
    slow.leave()
    take('fifth', 50)
    expect(asked.map((text) => text.split(':')[0])).toEqual(['slower', 'slow', 'third'])
  })
})
