import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeByteReader } from './byte-reader.node.ts'
import { webByteReader } from './byte-reader.web.ts'
import { DelimiterSearch } from './delimiter-search.ts'

const readers = [
  ['Node.js', nodeByteReader],
  ['the web', webByteReader],
] as const

/** Boundaries and bodies of so few signs that they nearly meet all the time. */
const boundary = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 70 }),
  fc.constantFrom('x', 'a'.repeat(70), '----WebKitFormBoundaryzv0Og5zWtGjvzP2A'),
)
const sign = fc.constantFrom('a', 'b', '-', '\r', '\n', '\r\n--', 'aaaaaaaaaaaaaaaa', '#', 'é')

describe.each(readers)('the search for a delimiter on %s', (_, reader) => {
  it('finds what a plain search finds, from wherever it begins', () => {
    fc.assert(
      fc.property(
        boundary,
        fc.array(sign, { maxLength: 200 }),
        fc.nat(50),
        (boundary, body, at) => {
          const delimiter = Buffer.from(`\r\n--${boundary}`)
          const whole = Buffer.concat([Buffer.from(body.join('')), delimiter, Buffer.from('a')])
          for (const view of [whole, whole.subarray(0, -2)]) {
            const found = new DelimiterSearch(delimiter, reader).indexOf(reader.view(view), at)
            expect(found).toBe(view.indexOf(delimiter, at))
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('finds it behind a body that leaves it with the smallest steps', () => {
    const delimiter = Buffer.from(`\r\n--${'a'.repeat(70)}`)
    for (const content of ['a', '\ra', '\r\n-a', '\r\n--a']) {
      const body = Buffer.concat([Buffer.alloc(100_000, content), delimiter])
      const search = new DelimiterSearch(delimiter, reader)
      expect(search.indexOf(reader.view(body), 0)).toBe(body.indexOf(delimiter))
    }
  })
})
