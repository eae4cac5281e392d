import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import {
  createBoundary,
  encodeMultipart,
  parseBoundary,
  type FieldPart,
  type FilePart,
} from '../node.ts'

const boundary = 'b'

/** The body, with `<size>` where a file goes. */
function encoded(parts: readonly (FieldPart | FilePart)[]): string {
  return encodeMultipart(parts, { boundary })
    .segments.map((segment) =>
      segment instanceof Uint8Array ? Buffer.from(segment).toString() : `<${segment.size}>`,
    )
    .join('')
}

function file(rest: Partial<FilePart> = {}): FilePart {
  return { name: 'f', fileName: 'n', type: 'a/b', size: 3, ...rest }
}

describe('encodeMultipart', () => {
  it('U-14 writes parts in their order, fields without and files with a Content-Type', () => {
    expect(encoded([{ name: 'a', value: '1' }, file(), { name: 'b', value: '' }])).toBe(
      [
        '--b',
        'Content-Disposition: form-data; name="a"',
        '',
        '1',
        '--b',
        'Content-Disposition: form-data; name="f"; filename="n"',
        'Content-Type: a/b',
        '',
        '<3>',
        '--b',
        'Content-Disposition: form-data; name="b"',
        '',
        '',
        '--b--',
        '',
      ].join('\r\n'),
    )
  })

  it('U-14 writes an empty form as the close delimiter alone', () => {
    expect(encoded([])).toBe('--b--\r\n')
  })

  it('U-14 has one run of bytes between files, and the files themselves', () => {
    const first = file()
    const second = file({ size: 0 })
    const { segments } = encodeMultipart([
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
      first,
      second,
    ])
    expect(segments).toHaveLength(5)
    expect([segments[1], segments[3]]).toEqual([first, second])
    expect(segments[1]).toBe(first)
  })

  it('U-14 counts every byte', () => {
    const parts = [{ name: '名', value: '😀é' }, file({ size: 2 ** 40 }), file({ size: 5 })]
    const { segments, contentLength } = encodeMultipart(parts)
    const length = segments.reduce(
      (sum, segment) => sum + (segment instanceof Uint8Array ? segment.length : segment.size),
      0,
    )
    expect(contentLength).toBe(length)
  })

  it('U-14 writes names in UTF-8, and ", CR and LF as %22, %0D and %0A', () => {
    expect(encoded([file({ name: '名"\r\n%22', fileName: '\\照"\n\r;' })])).toContain(
      'name="名%22%0D%0A%22"; filename="\\照%22%0A%0D;"\r\n',
    )
  })

  it('writes lone surrogates as U+FFFD', () => {
    const body = encoded([{ name: 'a\uD800', value: '\uDC00b' }])
    expect(body).toContain('name="a\uFFFD"\r\n\r\n\uFFFDb\r\n')
  })

  it('leaves the line breaks of a value as they are', () => {
    expect(encoded([{ name: 'a', value: 'x\ny\rz\r\n' }])).toContain('\r\n\r\nx\ny\rz\r\n\r\n--b--')
  })

  it.each([
    'image/png',
    'text/plain;charset=utf-8',
    'text/plain; charset="utf-8"',
    'application/vnd.a+b.c',
  ])('U-14 sends the type %j', (type) => {
    expect(encoded([file({ type })])).toContain(`Content-Type: ${type}\r\n\r\n`)
  })

  it.each(['', 'png', 'a/b\r\nX: y', 'a/b\0', 'a/é', 'a/b; x="\n"', '/', ' a/b'])(
    'U-14 sends application/octet-stream for %j, which is no media type',
    (type) => {
      expect(encoded([file({ type })])).toContain(
        'filename="n"\r\nContent-Type: application/octet-stream\r\n\r\n',
      )
    },
  )

  it.each([-1, 1.5, Number.NaN, Infinity, 2 ** 53])('refuses the size %d', (size) => {
    expect(() => encoded([file({ size })])).toThrow(
      expect.objectContaining({ code: 'size-invalid' }),
    )
  })

  it.each(['', 'a b', 'a"', 'a\r\nb', 'a/b', 'x'.repeat(71)])(
    'refuses the boundary %j',
    (boundary) => {
      expect(() => encodeMultipart([], { boundary })).toThrow(
        expect.objectContaining({ code: 'boundary-invalid' }),
      )
    },
  )

  it('U-14 names the boundary in the Content-Type', () => {
    const { contentType, segments } = encodeMultipart([])
    const [segment] = segments
    expect(contentType).toMatch(/^multipart\/form-data; boundary=[\w-]+$/)
    expect(Buffer.from(segment instanceof Uint8Array ? segment : []).toString()).toBe(
      `--${parseBoundary(contentType)}--\r\n`,
    )
  })
})

describe('createBoundary', () => {
  it('U-14 has 128 random bits, at most 70 characters, and none that needs quotes', () => {
    expect(createBoundary()).toMatch(/^----wx-upload-[0-9a-f]{32}$/)
  })
})
