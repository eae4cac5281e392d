import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { cut, join, platforms, readParts, type Limits } from './read-parts.fixture.ts'

const field = 'Content-Disposition: form-data; name="a"'

/** A body of one part: the header block and the body given, with boundary `b`. */
function part(header: string, body: string | Uint8Array = 'x'): Uint8Array {
  return join(`--b\r\n${header}\r\n\r\n`, body, '\r\n--b--\r\n')
}

type ExpectedPart = readonly [
  name: string,
  fileName: string | undefined,
  type: string | undefined,
  body: string,
]

interface ValidCase {
  readonly title: string
  readonly body: Uint8Array
  readonly boundary?: string
  readonly limits?: Limits
  readonly parts: readonly ExpectedPart[]
}

function valid(title: string, body: Uint8Array | string, ...parts: ExpectedPart[]): ValidCase {
  return { title, body: join(body), parts }
}

function named(title: string, disposition: string, name: string, fileName?: string): ValidCase {
  return valid(title, part(`Content-Disposition: ${disposition}`), [name, fileName, undefined, 'x'])
}

const long = 'x'.repeat(5000)

const validCases: readonly ValidCase[] = [
  valid('a form without fields', '--b--'),
  valid('a form without fields, with line breaks around', '\r\n--b--\r\n'),
  valid('a field', part(field), ['a', undefined, undefined, 'x']),
  valid('an empty field', part(field, ''), ['a', undefined, undefined, '']),
  valid('no line break after the close delimiter', `--b\r\n${field}\r\n\r\nx\r\n--b--`, [
    'a',
    undefined,
    undefined,
    'x',
  ]),
  valid(
    'a field and a file',
    `--b\r\n${field}\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="p.png"\r\nContent-Type: image/png\r\n\r\n2\r\n--b--\r\n`,
    ['a', undefined, undefined, '1'],
    ['f', 'p.png', 'image/png', '2'],
  ),
  valid(
    'files before fields',
    `--b\r\nContent-Disposition: form-data; name="f"; filename="p"\r\n\r\n\r\n--b\r\n${field}\r\n\r\n1\r\n--b--`,
    ['f', 'p', undefined, ''],
    ['a', undefined, undefined, '1'],
  ),
  valid(
    'two parts of one name',
    `--b\r\n${field}\r\n\r\n1\r\n--b\r\n${field}\r\n\r\n2\r\n--b--`,
    ['a', undefined, undefined, '1'],
    ['a', undefined, undefined, '2'],
  ),
  valid(
    'a preamble and an epilogue',
    `hello\r\n--b\r\n${field}\r\n\r\nx\r\n--b--\r\nbye --b\r\n--b\r\n`,
    ['a', undefined, undefined, 'x'],
  ),
  valid('an epilogue right after the close delimiter', `--b\r\n${field}\r\n\r\nx\r\n--b--bye`, [
    'a',
    undefined,
    undefined,
    'x',
  ]),
  valid('a preamble that begins like a delimiter', `-\r\n--\r\n--x\r\n--b--`),
  valid('white space after a delimiter', `--b \t \r\n${field}\r\n\r\nx\r\n--b--  \r\n`, [
    'a',
    undefined,
    undefined,
    'x',
  ]),
  valid(
    'much white space after each of two delimiters',
    `--b${' '.repeat(200)}\r\n${field}\r\n\r\n1\r\n--b${' '.repeat(200)}\r\n${field}\r\n\r\n2\r\n--b--`,
    ['a', undefined, undefined, '1'],
    ['a', undefined, undefined, '2'],
  ),
  valid(
    'a delimiter that is not at the beginning of a line',
    part(field, 'x--b\r\n\n--b\r--b\r\n-b'),
    ['a', undefined, undefined, 'x--b\r\n\n--b\r--b\r\n-b'],
  ),
  valid('a body of line breaks', part(field, '\r\n\r\n\r\r\n'), [
    'a',
    undefined,
    undefined,
    '\r\n\r\n\r\r\n',
  ]),
  valid('a body of beginnings of delimiters', part(field, '-\r\n-\r\n--\r\n\r\n--\r\r\n--'), [
    'a',
    undefined,
    undefined,
    '-\r\n-\r\n--\r\n\r\n--\r\r\n--',
  ]),
  valid('a body that begins with hyphens', part(field, '--'), ['a', undefined, undefined, '--']),
  valid('a long body', part(field, long), ['a', undefined, undefined, long]),
  {
    title: 'a boundary of hyphens in a body of hyphens',
    body: join(`------\r\n${field}\r\n\r\n----\r\n-----\r\n--------`),
    boundary: '----',
    parts: [['a', undefined, undefined, '----\r\n-----']],
  },
  valid('a header larger than a piece', part(`${field}\r\nX-Long: ${long}`), [
    'a',
    undefined,
    undefined,
    'x',
  ]),
  valid(
    'R-01 Content-Length, charset and unknown headers in parts',
    part(`Content-Length: 1\r\n${field}\r\nContent-Type: text/plain; charset=utf-8\r\nX-A: b`),
    ['a', undefined, 'text/plain; charset=utf-8', 'x'],
  ),
  valid(
    'headers in any casing',
    part(`CONTENT-DISPOSITION: Form-Data; NAME="a"\r\ncontent-type:a/b `),
    ['a', undefined, 'a/b', 'x'],
  ),
  valid(
    'a header value without space and one with much',
    part(`Content-Type:a/b\r\nContent-Disposition: \t form-data; name=a \t `),
    ['a', undefined, 'a/b', 'x'],
  ),
  valid(
    'a type that is no media type, as sent',
    part(`${field}; filename="f"\r\nContent-Type: */*`),
    ['a', 'f', '*/*', 'x'],
  ),
  valid(
    'folded header lines',
    part(`Content-Disposition: form-data;\r\n name="a";\r\n\tfilename="f"`),
    ['a', 'f', undefined, 'x'],
  ),
  ...['7bit', '8bit', 'binary', 'BINARY'].map((encoding) =>
    valid(
      `Content-Transfer-Encoding: ${encoding}`,
      part(`${field}\r\nContent-Transfer-Encoding: ${encoding}`),
      ['a', undefined, undefined, 'x'],
    ),
  ),
  named('R-01 a name in UTF-8', 'form-data; name="名前 é😀"', '名前 é😀'),
  named('a name that is U+FFFD', 'form-data; name="\uFFFD"', '\uFFFD'),
  named('a name that begins with a byte order mark', 'form-data; name="\uFEFFa"', '\uFEFFa'),
  named('an empty name', 'form-data; name=""', ''),
  named('a name without quotes', 'form-data; name=a', 'a'),
  named(
    'a file name without quotes',
    'form-data; name=a; filename=照片/1@2.jpg',
    'a',
    '照片/1@2.jpg',
  ),
  named('a file input in which nothing was chosen', 'form-data; name="a"; filename=""', 'a', ''),
  named('a file name without a value', 'form-data; name="a"; filename=', 'a', ''),
  named('the file name before the name', 'form-data; filename="f"; name="a"', 'a', 'f'),
  named('unknown and empty parameters', 'form-data; ; x="y;z"; name="a";', 'a'),
  named('no space between parameters', 'form-data;name="a";filename="f"', 'a', 'f'),
  named('space around the signs', 'form-data ; name = "a" ; filename\t=\t"f"', 'a', 'f'),
  named("a name with ; = and '", 'form-data; name="a;b=c\'d"', "a;b=c'd"),
  named('escaped quotes and backslashes', String.raw`form-data; name="a\"b\\c"`, String.raw`a"b\c`),
  named(
    'the folder that old browsers send',
    String.raw`form-data; name="a"; filename="C:\dir\new file.txt"`,
    'a',
    String.raw`C:\dir\new file.txt`,
  ),
  named(
    'R-01 %22, %0D and %0A undone',
    'form-data; name="%22%0D%0A%0d%0a"; filename="%22.txt"',
    '"\r\n\r\n',
    '".txt',
  ),
  named(
    'R-01 percent sequences of characters beyond ASCII undone',
    'form-data; name="%E7%85%A7%e7%89%87"; filename="%C3%A9%F0%9F%98%80.png"',
    '照片',
    'é😀.png',
  ),
  named(
    'R-01 any other % as it is',
    'form-data; name="100%20%"; filename="%41%2F%00%C3%28%E7%85%ED%A0%80%C0%AF%F5%80%80%80"',
    '100%20%',
    '%41%2F%00%C3%28%E7%85%ED%A0%80%C0%AF%F5%80%80%80',
  ),
  named(
    'R-01 filename* preferred to filename',
    `form-data; name="a"; filename="e.txt"; filename*=UTF-8''%e2%82%ac%20%22x.txt`,
    'a',
    '€ "x.txt',
  ),
  named(
    'R-01 filename* alone, with a language',
    `form-data; name="a"; filename*=utf-8'en-US'a%41`,
    'a',
    'aA',
  ),
  named(
    'R-01 filename* in ISO-8859-1',
    `form-data; name="a"; filename*=iso-8859-1''%A3%e9`,
    'a',
    '£é',
  ),
  named('R-01 name*, as some clients send', `form-data; name*=utf-8''%E5%90%8D`, '名'),
  named('%22 in filename* undone once', `form-data; name="a"; filename*=UTF-8''%2522`, 'a', '%22'),
  ...[
    "UTF-8''%ff",
    "UTF-8''%4",
    "UTF-8''%ED%A0%80",
    "UTF-8''a%00b",
    "GBK''%A3",
    'a.txt',
    '"UTF-8\'\'a b"',
  ].map((value) =>
    named(
      `R-01 filename instead of a malformed filename* ${value}`,
      `form-data; name="a"; filename="f"; filename*=${value}`,
      'a',
      'f',
    ),
  ),
  {
    title: 'parts, fields, files and bytes up to their limits',
    body: join(
      `ab\r\n--b\r\n${field}\r\n\r\nabc\r\n--b\r\n${field}; filename="f"\r\n\r\nabcd\r\n--b--ab`,
    ),
    limits: {
      maxParts: 2,
      maxFields: 1,
      maxFiles: 1,
      maxFieldSize: 3,
      maxFileSize: 4,
      maxHeaderSize: 54,
      maxHeaders: 1,
      maxPreambleSize: 2,
      maxEpilogueSize: 2,
    },
    parts: [
      ['a', undefined, undefined, 'abc'],
      ['a', 'f', undefined, 'abcd'],
    ],
  },
]

describe.each(platforms)('the parser on %s', (_, platform) => {
  it.each(validCases)('R-01 reads $title', ({ body, boundary = 'b', limits = {}, parts }) => {
    for (const [how, chunks] of cut(body)) {
      const reading = readParts(platform, chunks, { boundary, limits })
      const read = reading.parts.map(({ header, body }) => [
        header.name,
        header.fileName,
        header.type,
        body.toString(),
      ])
      expect({ how, error: reading.error, parts: read }).toEqual({ how, error: undefined, parts })
      expect(reading.parts.map(({ header }) => header.index)).toEqual(read.map((_, index) => index))
      expect(reading.parts.every(({ isComplete }) => isComplete)).toBe(true)
    }
  })

  it('hands out views of the chunks, and keeps nothing of a chunk that has been read', () => {
    const body = join(`--b\r\n${field}\r\n\r\n`, long, '\r\n--b--')
    for (const [how, chunks] of cut(body)) {
      let read = ''
      let chunk: Uint8Array = new Uint8Array(0)
      const parser = platform.createMultipartParser({
        boundary: 'b',
        onPart({ name }) {
          read += `${name}=`
        },
        onData(data) {
          // What could have begun a delimiter is not there any more: it is a few bytes, and a copy.
          if (data.length > 5) expect(data.buffer).toBe(chunk.buffer)
          read += Buffer.from(data).toString()
        },
        onPartEnd() {
          read += ';'
        },
      })
      for (chunk of chunks) {
        parser.write(chunk)
        chunk.fill(0)
      }
      parser.end()
      expect({ how, read }).toEqual({ how, read: `a=${long};` })
    }
  })
})
