import { describe, expect, it } from 'vitest'
import { parseLoadOptions } from './load-options.mjs'

describe('parseLoadOptions', () => {
  it('measures four sizes at four numbers at once, where nothing is said', () => {
    expect(parseLoadOptions([])).toEqual({
      storage: 'disk',
      durability: 'fsync',
      mode: 'grid',
      sizes: [4096, 102_400, 1_048_576, 16_777_216],
      atOnce: [1, 10, 50, 200],
      withKeys: false,
      seconds: 5,
      runs: 1,
    })
  })

  it('takes slow uploads and idle connections instead', () => {
    expect(parseLoadOptions(['--slow', '1000', '--sizes', '20MiB'])).toMatchObject({
      mode: 'slow',
      atOnce: [1000],
      sizes: [20_971_520],
    })
    expect(parseLoadOptions(['--idle', '10000', '--storage', 's3'])).toMatchObject({
      mode: 'idle',
      atOnce: [10_000],
      storage: 's3',
    })
  })

  it.each([
    [['--seconds', '61'], '"61" is not a number from 1 to 60'],
    [['--at-once', '10,5000'], '"5000" is not a number from 1 to 2000'],
    [['--sizes', '2GiB'], '"" is not a number'],
    [['--storage', 'tape'], 'tape is not one of disk, s3'],
    [['--url', 'http://127.0.0.1'], "Unknown option '--url'"],
  ])('refuses %j, and says how it is used', (args, sentence) => {
    expect(() => parseLoadOptions(args)).toThrow(sentence)
    expect(() => parseLoadOptions(args)).toThrow('Usage: npm run load')
  })
})
