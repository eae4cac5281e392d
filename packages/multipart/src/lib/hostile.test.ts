import { randomBytes } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MultipartError, type MultipartParserOptions } from '../node.ts'
import { join, platforms, readParts, type Limits, type Platform } from './read-parts.fixture.ts'

const boundary = 'b'.repeat(70)
const mib = 2 ** 20
const unlimited: Limits = {
  maxParts: Infinity,
  maxFields: Infinity,
  maxFieldSize: Infinity,
  maxHeaderSize: Infinity,
  maxPreambleSize: Infinity,
  maxEpilogueSize: Infinity,
}
const head = join(`--${boundary}\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n`)
const tail = join(`\r\n--${boundary}--`)

/** What is left of a body when none of it is kept. */
interface Count {
  parts: number
  complete: number
  bytes: number
}

function count(
  platform: Platform,
  chunks: Iterable<Uint8Array>,
  limits: Limits = unlimited,
): Count {
  const counted = { parts: 0, complete: 0, bytes: 0 }
  const handler: MultipartParserOptions = {
    boundary,
    limits,
    onPart() {
      counted.parts++
    },
    onData(chunk) {
      counted.bytes += chunk.length
    },
    onPartEnd() {
      counted.complete++
    },
  }
  const parser = platform.createMultipartParser(handler)
  for (const chunk of chunks) parser.write(chunk)
  parser.end()
  return counted
}

function* repeat(chunk: Uint8Array, times: number): Generator<Uint8Array> {
  for (let i = 0; i < times; i++) yield chunk
}

function* concat(...parts: readonly Iterable<Uint8Array>[]): Generator<Uint8Array> {
  for (const part of parts) yield* part
}

function fill(text: string, sizeBytes: number): Uint8Array {
  return new Uint8Array(sizeBytes).fill(0).map((_, i) => text.charCodeAt(i % text.length))
}

setFlagsFromString('--expose-gc')
const collectGarbage: unknown = runInNewContext('gc')

/** How much memory is held after all garbage has gone. */
function retainedBytes(): number {
  let before = Infinity
  for (;;) {
    if (typeof collectGarbage === 'function') collectGarbage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    const now = heapUsed + arrayBuffers
    // Another thread frees the buffers; the next collection waits for it. So collect until that frees nothing more.
    if (now >= before) return before
    before = now
  }
}

/**
 * One long input may take six times as long as 32 short ones of the same length together; what is quadratic takes 32
 * times. As both do as much, what else the machine does slows both, and the best of a few tries is taken.
 */
function expectLinear(run: (size: number) => void, size: number): void {
  const fewest = { short: Infinity, long: Infinity }
  for (let attempt = 0; attempt < 5; attempt++) {
    fewest.short = Math.min(
      fewest.short,
      measureMs(() => {
        for (let i = 0; i < 32; i++) run(size)
      }),
    )
    fewest.long = Math.min(
      fewest.long,
      measureMs(() => run(32 * size)),
    )
    if (attempt > 0 && fewest.long < 3 * fewest.short) break
  }
  expect(fewest.long).toBeLessThan(6 * fewest.short)
}

function measureMs(run: () => void): number {
  const startedAt = performance.now()
  run()
  return performance.now() - startedAt
}

const payloads: readonly (readonly [title: string, text: string])[] = [
  ['CR LF and hyphens', '\r\n--'],
  ['CR', '\r'],
  ['hyphens', '-'],
  ['delimiters without their last character', `\r\n--${boundary.slice(1)}`],
  ['delimiters without their line break', `\n--${boundary}`],
  ['text with line breaks', 'a,b,c,d,e,f,g,h\r\n'],
]

describe.each(platforms)('the parser on %s', { timeout: 60_000 }, (_, platform) => {
  it.each(payloads)('R-05 reads a file of %s in linear time', (_, text) => {
    const chunk = fill(text, 64 * 1024)
    function run(chunks: number): void {
      const { bytes, complete } = count(platform, concat([head], repeat(chunk, chunks), [tail]))
      expect({ bytes, complete }).toEqual({ bytes: chunks * chunk.length, complete: 1 })
    }
    expectLinear(run, 1)
  })

  it.each(payloads)('R-05 reads a file of %s in small chunks in linear time', (_, text) => {
    const chunk = fill(text, 7)
    function run(chunks: number): void {
      const { bytes, complete } = count(platform, concat([head], repeat(chunk, chunks), [tail]))
      expect({ bytes, complete }).toEqual({ bytes: chunks * chunk.length, complete: 1 })
    }
    expectLinear(run, 1000)
  })

  it('R-05 reads a header without an end in linear time, where it may be that long', () => {
    const chunk = join('X: y\r\n')
    function run(chunks: number): void {
      const body = concat([join(`--${boundary}\r\n`)], repeat(chunk, chunks))
      expect(() => count(platform, body)).toThrow(
        expect.objectContaining({ code: 'unexpected-end' }),
      )
    }
    expectLinear(run, 1000)
  })

  it.each([
    ['a quoted value without an end', `Content-Disposition: form-data; name="`, 'a\\'],
    ['quotes and backslashes', 'Content-Disposition: form-data; name=', '\\"'],
    ['semicolons and spaces', 'Content-Disposition: form-data', '; \t '],
    ['per cent sequences', 'Content-Disposition: form-data; name="', '%E7%85%'],
    ['an extended value', `Content-Disposition: form-data; filename*=UTF-8''`, '%E7a'],
    ['white space', 'X: ', ' \t'],
    ['white space in a type', 'Content-Type: a', ' \t'],
    ['white space in a disposition', 'Content-Disposition: form-data; name=a', ' \t'],
    ['white space in an encoding', 'Content-Transfer-Encoding: a', ' \t'],
    ['continuation lines', 'X: y', '\r\n y'],
    ['lines', 'X: y', '\r\nX: y'],
  ])('R-05 reads a header of %s in linear time, where it may be that long', (_, start, text) => {
    function run(times: number): void {
      const body = join(`--${boundary}\r\n${start}${text.repeat(times)}!\r\n\r\n`)
      expect(() => count(platform, [body], { ...unlimited, maxHeaders: Infinity })).toThrow(
        MultipartError,
      )
    }
    expectLinear(run, 1000)
  })

  it('R-05 reads 100,000 parts in linear time, where there may be so many', () => {
    const part = join(`--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n`)
    function run(parts: number): void {
      const counted = count(platform, concat(repeat(part, parts), [join(`--${boundary}--`)]))
      expect(counted).toEqual({ parts, complete: parts, bytes: parts })
    }
    expectLinear(run, 3125)
  })

  it('R-04 stops at the 1001st of 100,000 parts', () => {
    const part = join(`--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n`)
    const { parts, error } = readParts(platform, repeat(part, 100_000), { boundary })
    expect(error).toMatchObject({ code: 'too-many-parts', limit: 1000, offset: undefined })
    expect(parts).toHaveLength(1000)
  })

  it.each([
    ['a file of 1 GiB without a delimiter', [head], [tail], 2 ** 30],
    ['a preamble of 1 GiB', [], [tail], 0],
    ['an epilogue of 1 GiB', [head, tail], [], 0],
  ])('R-05 reads %s in the memory of a small one', (_, before, after, bytes) => {
    const chunk = new Uint8Array(randomBytes(mib))
    const first = retainedBytes()
    let most = 0
    function* copies(): Generator<Uint8Array> {
      for (let i = 1; i <= 1024; i++) {
        // Each chunk is a new one, so that whoever keeps one is found out.
        yield chunk.slice()
        if (i % 64 === 0) most = Math.max(most, retainedBytes() - first)
      }
    }
    const counted = count(platform, concat(before, copies(), after))
    expect(most).toBeLessThan(8 * mib)
    expect(counted.bytes).toBe(bytes)
  })

  it.each([
    ['a header of 1 GiB', [join(`--${boundary}\r\nX: `)], 'headers-too-large'],
    ['a preamble of 1 GiB', [], 'preamble-too-large'],
    ['an epilogue of 1 GiB', [head, tail], 'epilogue-too-large'],
    [
      'a field of 1 GiB',
      [join(`--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n`)],
      'field-too-large',
    ],
    ['white space of 1 GiB after a delimiter', [join(`--${boundary}`)], 'padding-too-large'],
  ])('R-04 stops at the limit within %s', (_, before, code) => {
    const chunk = fill(' ', 1024)
    let written = 0
    function* chunks(): Generator<Uint8Array> {
      yield* before
      for (; written < 2 ** 30; written += chunk.length) yield chunk
    }
    const { error } = readParts(platform, chunks(), { boundary })
    expect(error?.code).toBe(code)
    expect(written).toBeLessThanOrEqual(mib)
  })

  it('R-05 keeps no more than one header of 100 broken off bodies', () => {
    const begun = join(`--${boundary}\r\nX: ${'y'.repeat(10_000)}`)
    const first = retainedBytes()
    const parsers = Array.from({ length: 100 }, () => {
      const parser = platform.createMultipartParser({
        boundary,
        onPart() {},
        onData() {},
        onPartEnd() {},
      })
      parser.write(begun)
      return parser
    })
    expect(retainedBytes() - first).toBeLessThan(parsers.length * 4 * begun.length)
  })

  it('R-01 reads a multipart file within a multipart body as the file that it is', () => {
    const inner = `--inner\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n--inner--\r\n`
    const { parts, error } = readParts(platform, [join(head, inner, tail)], { boundary })
    expect(error).toBeUndefined()
    expect(parts.map(({ body }) => body.toString())).toEqual([inner])
  })

  it('R-01 refuses a nested body whose boundary begins with the outer one', () => {
    const inner = `--${boundary}-inner\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\r\n`
    const { parts, error } = readParts(platform, [join(head, 'x\r\n', inner, tail)], { boundary })
    expect(error?.code).toBe('delimiter-invalid')
    expect(parts.map(({ isComplete }) => isComplete)).toEqual([false])
  })

  it('refuses with an error of its own whatever it cannot read', () => {
    const signs = ['\r\n', '\r\n\r\n', '--', ':', ';', '"', '\\', '*=', "'", '%', ' ', '\0']
    const words = [
      'b',
      'é',
      '\r\n--b',
      'filename',
      'Content-Type: ',
      'Content-Disposition: form-data; name="a"',
    ]
    const token = fc.constantFrom(...signs, ...words)
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
        const { parts, error } = readParts(platform, [join('--b\r\n', ...tokens)], {
          boundary: 'b',
        })
        expect(error === undefined || parts.length <= 30).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
