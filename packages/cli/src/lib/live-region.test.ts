import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createLiveRegion } from './live-region.ts'

/** What a draw writes, with the moves that erase counted and left out. */
function drawing(columns: number) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { columns })
  const region = createLiveRegion(stream)
  return {
    stream,
    draw(lines: readonly string[], above?: string) {
      region.draw(lines, above)
      const written = String(stream.read() ?? '')
      const erased = written.split('\u001B[2K\u001B[1A').length - 1
      return { erased, text: stripVTControlCharacters(written).replaceAll('\r', '') }
    },
  }
}

describe('createLiveRegion', () => {
  it('draws over what it drew, and what stays goes above it', () => {
    const { draw } = drawing(80)
    expect(draw(['a', 'b'])).toEqual({ erased: 0, text: 'a\nb\n' })
    expect(draw(['c'], 'done\n')).toEqual({ erased: 2, text: 'done\nc\n' })
    expect(draw([])).toEqual({ erased: 1, text: '' })
    expect(draw(['d'])).toEqual({ erased: 0, text: 'd\n' })
  })

  it('erases all rows of lines that a terminal has wrapped since, as it has become narrower', () => {
    const { draw, stream } = drawing(80)
    draw(['x'.repeat(79), '照'.repeat(20), ''])
    stream.columns = 40
    expect(draw([])).toEqual({ erased: 2 + 1 + 1, text: '' })
  })
})
