import { describe, expect, it } from 'vitest'
import { createBoundary, encodeMultipart, parseBoundary } from '../node.ts'
import { cut, join, platforms, readParts } from './read-parts.fixture.ts'

const field = 'Content-Disposition: form-data; name="a"'
const file = 'Content-Disposition: form-data; name="f"; filename="f"'

/** Weaknesses of other parsers and encoders: what made them famous does nothing here. */
describe.each(platforms)('what is known of other parsers, on %s', (_, platform) => {
  /** The errors that a body ends in, however it is cut: one, unless the parser is wrong. */
  function refusals(body: Uint8Array | string): unknown[] {
    const codes = new Set<unknown>()
    for (const [, chunks] of cut(join(body))) {
      const { error, parts } = readParts(platform, chunks, { boundary: 'b' })
      codes.add(parts.some(({ isComplete }) => isComplete) ? 'a part as complete' : error?.code)
    }
    return [...codes]
  }

  it('CVE-2022-24434 (dicer): a header that begins with white space is an error, not a crash', () => {
    expect(refusals(`--b\r\n ${field}\r\n\r\n\r\n--b--`)).toEqual(['header-name-invalid'])
    expect(refusals(`--b\r\n\t\r\n\r\n\r\n--b--`)).toEqual(['header-colon-missing'])
  })

  it('CVE-2025-47935 (multer): a body that breaks off leaves a parser that holds nothing to be closed', () => {
    expect(refusals(`--b\r\n${file}\r\n\r\n123`)).toEqual(['unexpected-end'])
  })

  it('CVE-2025-47944 (multer): a malformed body is an error of write or end, never one that nobody can catch', () => {
    expect(refusals(`--b\r\n${file}\r\nContent-Type\r\n\r\n\r\n--b--`)).toEqual([
      'header-colon-missing',
    ])
    expect(refusals(`--b\r\n\r\n\r\n--b--`)).toEqual(['disposition-missing'])
  })

  it('CVE-2025-48997 (multer): a file of an empty name is read as such', () => {
    const body = join(
      `--b\r\nContent-Disposition: form-data; name=""; filename="f"\r\n\r\nx\r\n--b--`,
    )
    const { parts, error } = readParts(platform, [body], { boundary: 'b' })
    expect(error).toBeUndefined()
    expect(parts.map(({ header }) => header)).toEqual([
      { name: '', fileName: 'f', type: undefined, index: 0 },
    ])
  })

  it('CVE-2025-7338 (multer): a body without its close delimiter is an error', () => {
    expect(refusals(`--b\r\n${file}\r\n\r\n123\r\n--b`)).toEqual(['unexpected-end'])
    expect(refusals(`--b\r\n${file}`)).toEqual(['unexpected-end'])
  })

  it('CVE-2026-2359, CVE-2026-5038, CVE-2026-77037 (multer): an end amid a file is reported, and the file never as complete', () => {
    const body = join(`--b\r\n${file}\r\n\r\n123\r\n--b--`)
    for (let size = 0; size < body.length - 2; size++) {
      const { error, parts } = readParts(platform, [body.slice(0, size)], { boundary: 'b' })
      expect(error?.code).toBe('unexpected-end')
      expect(parts.filter(({ isComplete }) => isComplete)).toEqual([])
    }
  })

  it('CVE-2026-3304 (multer): nothing is handed out after an error, so that whoever cleans up cleans up once', () => {
    const good = `--b\r\n${file}\r\n\r\n123\r\n`
    const { error, parts } = readParts(platform, [join(good, `--b\r\nbad\r\n\r\n`, good, good)], {
      boundary: 'b',
    })
    expect(error?.code).toBe('header-colon-missing')
    expect(parts).toHaveLength(1)
  })

  it('CVE-2026-3520 (multer): thousands of parts in one chunk, and an error after them, need no stack', () => {
    const parts = 50_000
    const body = join(`--b\r\n${file}\r\n\r\n\r\n`.repeat(parts), '--bad')
    const limits = { maxParts: parts, maxFiles: parts }
    const reading = readParts(platform, [body], { boundary: 'b', limits })
    expect(reading.error?.code).toBe('delimiter-invalid')
    expect(reading.parts).toHaveLength(parts)
  })

  it('CVE-2026-5079, CVE-2026-77078 (multer): a nested field name is a text, and no object is built of it', () => {
    const name = `a${'[b]'.repeat(4000)}[__proto__]`
    const body = join(`--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nx\r\n--b--`)
    const { parts, error } = readParts(platform, [body], { boundary: 'b' })
    expect(error).toBeUndefined()
    expect(parts.map(({ header }) => header.name)).toEqual([name])
  })

  it.each(['__proto__', 'constructor', 'hasOwnProperty'])(
    'a header or parameter called %s is one like any other',
    (name) => {
      const body = join(`--b\r\n${name}: x\r\n${field}; ${name}=x\r\n\r\n1\r\n--b--`)
      const { parts, error } = readParts(platform, [body], { boundary: 'b' })
      expect(error).toBeUndefined()
      expect(parts.map(({ header }) => header.name)).toEqual(['a'])
    },
  )

  it('CVE-2026-40347 (python-multipart): a preamble of line breaks and an epilogue are bounded', () => {
    expect(refusals('\r\n'.repeat(40_000))).toEqual(['preamble-too-large'])
    expect(refusals(`--b--${'\r\n'.repeat(40_000)}`)).toEqual(['epilogue-too-large'])
  })

  it('CVE-2026-42561 (python-multipart): the lines and the bytes of a part header are bounded', () => {
    expect(refusals(`--b\r\n${'X: y\r\n'.repeat(33)}\r\n`)).toEqual(['too-many-headers'])
    expect(refusals(`--b\r\n${'X: y\r\n'.repeat(4000)}`)).toEqual(['headers-too-large'])
    expect(refusals(`--b\r\nX: ${'y'.repeat(20_000)}`)).toEqual(['headers-too-large'])
  })

  it('CVE-2023-24536 (Go): the number of parts is bounded', () => {
    const body = join(`--b\r\n${field}\r\n\r\n\r\n`.repeat(1001))
    const { error } = readParts(platform, [body], { boundary: 'b' })
    expect(error).toMatchObject({ code: 'too-many-parts', limit: 1000 })
  })

  it('CVE-2026-8162 (multiparty): a malformed per cent sequence in filename* is an error', () => {
    const values = ["UTF-8''%E0%A4%A", "UTF-8''%E0%A4", "UTF-8''%", "UTF-8''%zz"]
    for (const value of values) {
      const body = `--b\r\n${field}; filename*=${value}\r\n\r\n\r\n--b--`
      expect(refusals(body)).toEqual(['disposition-malformed'])
    }
  })
})

describe('what is known of other encoders', () => {
  it('CVE-2025-22150 (undici), CVE-2025-7783 (form-data): boundaries do not come from Math.random, and never twice', () => {
    const { random } = Math
    Math.random = () => 0.5
    try {
      const boundaries = Array.from({ length: 1000 }, () => createBoundary())
      expect(new Set(boundaries).size).toBe(1000)
      // Each of the 32 digits takes each of the 16 values: they are all random.
      const digits = boundaries.map((boundary) => boundary.slice(-32))
      for (let at = 0; at < 32; at++) expect(new Set(digits.map((text) => text[at])).size).toBe(16)
    } finally {
      Math.random = random
    }
  })

  it('CVE-2026-12143 (form-data): CR LF in a name or file name adds no header and no part', () => {
    const attack =
      'a"\r\nX-Injected: true\r\n\r\n--b\r\nContent-Disposition: form-data; name="is_admin"\r\n\r\n1'
    const { contentType, segments } = encodeMultipart(
      [
        { name: attack, value: 'x' },
        { name: attack, fileName: attack, type: `text/plain\r\nX-Injected: true`, size: 0 },
      ],
      { boundary: 'b' },
    )
    const body = join(...segments.filter((segment) => segment instanceof Uint8Array))
    const { parts, error } = readParts(platforms[0][1], [body], {
      boundary: parseBoundary(contentType),
    })
    expect(error).toBeUndefined()
    expect(parts.map(({ header }) => header)).toEqual([
      { name: attack, fileName: undefined, type: undefined, index: 0 },
      { name: attack, fileName: attack, type: 'application/octet-stream', index: 1 },
    ])
  })
})
