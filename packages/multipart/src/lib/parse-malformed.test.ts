import { describe, expect, it } from 'vitest'
import { MultipartError, type MultipartErrorCode } from '../node.ts'
import { cut, join, platforms, readParts, type Limits, type Reading } from './read-parts.fixture.ts'

const field = 'Content-Disposition: form-data; name="a"'

/** A body of one part: the header block and the body given, with boundary `b`. */
function part(header: string, body: string | Uint8Array = 'x'): Uint8Array {
  return join(`--b\r\n${header}\r\n\r\n`, body, '\r\n--b--\r\n')
}

interface MalformedCase {
  readonly code: MultipartErrorCode
  readonly title: string
  readonly body: Uint8Array
  readonly limits?: Limits
  /** How much of the message is checked. */
  readonly message?: string
}

function malformed(
  code: MultipartErrorCode,
  title: string,
  body: Uint8Array | string,
  rest: { limits?: Limits; message?: string } = {},
): MalformedCase {
  return { code, title, body: join(body), ...rest }
}

function disposition(code: MultipartErrorCode, value: string): MalformedCase {
  return malformed(code, value, part(`Content-Disposition: ${value}`))
}

const malformedCases: readonly MalformedCase[] = [
  malformed('unexpected-end', 'nothing', '', {
    message: 'reading the preamble at byte 0: the body ends before its close delimiter',
  }),
  malformed('unexpected-end', 'a preamble alone', 'hello\r\n--'),
  malformed('unexpected-end', 'half a delimiter', '--b-'),
  malformed('unexpected-end', 'half a header', '--b\r\nContent-'),
  malformed('unexpected-end', 'half a body', `--b\r\n${field}\r\n\r\nx`, {
    message: 'reading the body of part 0 at byte 50: the body ends before its close delimiter',
  }),
  malformed(
    'unexpected-end',
    'no hyphens after the last delimiter',
    `--b\r\n${field}\r\n\r\nx\r\n--b\r\n`,
  ),
  malformed('unexpected-end', 'line breaks of LF alone', 'x\n--b--\n'),
  malformed(
    'delimiter-invalid',
    'a line that begins with the delimiter',
    part(field, 'x\r\n--bx'),
    { message: 'found "x"' },
  ),
  malformed('delimiter-invalid', 'a delimiter and one hyphen', part(field, 'x\r\n--b-x')),
  malformed('delimiter-invalid', 'a hyphen after white space', part(field, 'x\r\n--b --')),
  malformed('delimiter-invalid', 'LF alone after a delimiter', `--b\n${field}\n\nx\n--b--\n`, {
    message:
      'reading the rest of a delimiter line at byte 3: a delimiter is followed by something other than "--" or a line break: found "\\n"',
  }),
  malformed('delimiter-invalid', 'CR alone after a delimiter', '--b\r\r\n'),
  malformed(
    'padding-too-large',
    'endless white space after a delimiter',
    `--b${' '.repeat(257)}\r\n`,
  ),
  malformed(
    'body-missing',
    'a delimiter right after the header',
    `--b\r\n${field}\r\n\r\n--b--\r\n`,
  ),
  malformed('header-line-break', 'LF alone between headers', part(`X: y\n${field}`)),
  malformed('header-line-break', 'CR alone within a header', part(`X: y\r${field}`)),
  malformed(
    'header-line-break',
    'LF within a name',
    part('Content-Disposition: form-data; name="a\nb"'),
  ),
  malformed('header-line-break', 'LF at the end of a header block', part(`${field}\n`)),
  malformed('header-nul', 'a NUL in a name', part('Content-Disposition: form-data; name="a\0"')),
  malformed('header-nul', 'a NUL in a type', part(`${field}; filename="f"\r\nContent-Type: a/b\0`)),
  malformed(
    'header-encoding',
    'a name in Latin-1',
    join(
      '--b\r\nContent-Disposition: form-data; name="',
      Uint8Array.of(0xe9),
      '"\r\n\r\nx\r\n--b--',
    ),
  ),
  malformed(
    'header-encoding',
    'a surrogate in a name',
    join(
      '--b\r\nContent-Disposition: form-data; name="',
      Uint8Array.of(0xed, 0xa0, 0x80),
      '"\r\n\r\nx\r\n--b--',
    ),
  ),
  malformed('header-colon-missing', 'a line without a colon', part(`${field}\r\nhello`), {
    message: 'reading the header of part 0 at byte 5: a header line has no colon: found "hello"',
  }),
  malformed('header-name-invalid', 'a line without a name', part(`${field}\r\n: x`)),
  malformed(
    'header-name-invalid',
    'space before the colon',
    part('Content-Disposition : form-data; name="a"'),
  ),
  malformed('header-name-invalid', 'a continuation line at the beginning', part(` ${field}`)),
  malformed('header-name-invalid', 'a byte order mark before the headers', part(`\uFEFF${field}`)),
  malformed('header-duplicate', 'two dispositions', part(`${field}\r\n${field}`)),
  malformed(
    'header-duplicate',
    'two types',
    part(`${field}\r\nContent-Type: a/b\r\nContent-type: c/d`),
  ),
  malformed('disposition-missing', 'no headers', `--b\r\n\r\nx\r\n--b--`),
  malformed('disposition-missing', 'other headers alone', part('Content-Type: text/plain')),
  disposition('disposition-unsupported', 'attachment; name="a"'),
  disposition('disposition-unsupported', 'form-datax; name="a"'),
  disposition('disposition-unsupported', ''),
  disposition('name-missing', 'form-data'),
  disposition('name-missing', 'form-data; filename="f"'),
  disposition('name-missing', 'form-data; xname="a"'),
  disposition('disposition-malformed', 'form-data; name="a'),
  disposition('disposition-malformed', String.raw`form-data; name="a\"`),
  disposition('disposition-malformed', 'form-data; name="a"b'),
  disposition('disposition-malformed', 'form-data; name="a" filename="b"'),
  disposition('disposition-malformed', 'form-data; name=a b'),
  disposition('disposition-malformed', 'form-data; name=a"b"'),
  disposition('disposition-malformed', 'form-data; name'),
  disposition('disposition-malformed', 'form-data; name="a"; name="b"'),
  disposition('disposition-malformed', 'form-data; name="a"; filename="b"; FileName="c"'),
  disposition('disposition-malformed', `form-data; name="a"; filename*=UTF-8''%ff`),
  disposition('disposition-malformed', `form-data; name*=UTF-8''%ff`),
  disposition('disposition-malformed', 'form-data; name="a"; filename*0="b"; filename*1="c"'),
  malformed(
    'transfer-encoding-unsupported',
    'base64',
    part(`${field}\r\nContent-Transfer-Encoding: base64`),
    { message: 'found "base64"' },
  ),
  malformed(
    'transfer-encoding-unsupported',
    'quoted-printable',
    part(`${field}\r\nContent-Transfer-Encoding: quoted-printable`),
  ),
  malformed(
    'too-many-parts',
    'a part over',
    `--b\r\n${field}\r\n\r\nx\r\n--b\r\n${field}\r\n\r\nx\r\n--b--`,
    { limits: { maxParts: 1 }, message: '(limit 1)' },
  ),
  malformed('too-many-fields', 'a field over', part(field), { limits: { maxFields: 0 } }),
  malformed('too-many-files', 'a file over', part(`${field}; filename=""`), {
    limits: { maxFiles: 0 },
  }),
  malformed('field-too-large', 'a byte over', part(field, 'abcd'), {
    limits: { maxFieldSize: 3 },
    message: 'of part 0: a field is larger than allowed (limit 3)',
  }),
  malformed('file-too-large', 'a byte over', part(`${field}; filename="f"`, 'ab\r\n'), {
    limits: { maxFileSize: 3 },
  }),
  malformed('headers-too-large', 'a byte over', part(field), { limits: { maxHeaderSize: 39 } }),
  malformed('headers-too-large', 'without an end', `--b\r\n${field}`, {
    limits: { maxHeaderSize: 36 },
  }),
  malformed('headers-too-large', 'many kilobytes', part(`${field}\r\nX: ${'y'.repeat(17_000)}`)),
  malformed(
    'too-many-headers',
    'a file of two lines',
    part(`${field}; filename="f"\r\nContent-Type: a/b`),
    {
      limits: { maxHeaders: 1 },
    },
  ),
  malformed('too-many-headers', 'a line over', part(`${field}\r\nX: y`), {
    limits: { maxHeaders: 1 },
  }),
  malformed('preamble-too-large', 'a byte over', 'abc\r\n--b--', {
    limits: { maxPreambleSize: 2 },
  }),
  malformed('preamble-too-large', 'without an end', 'abcd', { limits: { maxPreambleSize: 3 } }),
  malformed('epilogue-too-large', 'a byte over', '--b--abc', { limits: { maxEpilogueSize: 2 } }),
]

describe.each(platforms)('the parser on %s', (_, platform) => {
  it.each(malformedCases)(
    'R-01 refuses $title as $code',
    ({ code, body, limits = {}, message = '' }) => {
      const whole = summarize(readParts(platform, [body], { boundary: 'b', limits }))
      expect(whole).toMatchObject({ code, message: expect.stringContaining(message) })
      for (const [how, chunks] of cut(body)) {
        const reading = summarize(readParts(platform, chunks, { boundary: 'b', limits }))
        expect({ how, ...reading }).toEqual({ how, ...whole })
      }
    },
  )

  it('throws the same error again after an error, whatever is called', () => {
    const calls: string[] = []
    const parser = platform.createMultipartParser({
      boundary: 'b',
      onPart: () => calls.push('part'),
      onData: () => calls.push('data'),
      onPartEnd: () => calls.push('end'),
    })
    const errors = [join('--bx'), part(field), part(field)].map((chunk) =>
      caught(() => parser.write(chunk)),
    )
    errors.push(caught(() => parser.end()))
    expect(errors[0]).toBeInstanceOf(MultipartError)
    expect(new Set(errors).size).toBe(1)
    expect(calls).toEqual([])
  })

  it('throws what a handler throws, and again after that', () => {
    const mistake = new Error('no space left')
    const parser = platform.createMultipartParser({
      boundary: 'b',
      onPart() {},
      onData() {
        throw mistake
      },
      onPartEnd() {},
    })
    expect(caught(() => parser.write(part(field)))).toBe(mistake)
    expect(caught(() => parser.end())).toBe(mistake)
  })

  it('refuses a chunk after the end, and takes the end twice', () => {
    const parser = platform.createMultipartParser({
      boundary: 'b',
      onPart() {},
      onData() {},
      onPartEnd() {},
    })
    parser.write(part(field))
    parser.end()
    parser.end()
    expect(caught(() => parser.write(join('x')))).toMatchObject({ code: 'write-after-end' })
  })

  it('R-04 hands out nothing of what is over a limit', () => {
    const body = part(`${field}; filename="f"`, 'abcd')
    for (const [how, chunks] of cut(body)) {
      const { parts } = readParts(platform, chunks, { boundary: 'b', limits: { maxFileSize: 3 } })
      const read = parts.map(({ body, isComplete }) => ({
        how,
        isComplete,
        isWithin: 'abc'.startsWith(body.toString()),
      }))
      expect(read).toEqual([{ how, isComplete: false, isWithin: true }])
    }
  })

  it.each([
    ['NaN', { maxParts: Number.NaN }],
    ['a negative number', { maxFileSize: -1 }],
    ['undefined', { maxHeaderSize: undefined }],
    ['a text', { maxFields: '1' }],
  ])('R-04 refuses a limit that is %s', (_, limits) => {
    const error = caught(() => readParts(platform, [], { boundary: 'b', limits: limits as Limits }))
    expect(error).toMatchObject({ code: 'limit-invalid' })
  })

  it.each(['', 'x'.repeat(71), 'a ', 'a\nb', 'é'])('refuses the boundary %j', (boundary) => {
    const error = caught(() => readParts(platform, [], { boundary }))
    expect(error).toMatchObject({ code: 'boundary-invalid' })
  })
})

/** What does not depend on how the body was cut. */
function summarize({ error, parts }: Reading): object {
  const complete = parts.filter(({ isComplete }) => isComplete)
  return { code: error?.code, message: error?.message, complete }
}

function caught(action: () => void): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}
