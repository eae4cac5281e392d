import { describe, expect, it } from 'vitest'
import type { Described } from '../described.ts'
import { formatConsoleLine, formatInline, readJson } from './format-described.ts'

function text(content: string): Described {
  return { kind: 'string', text: content, isCut: false }
}

function plain(content: string): Described {
  return { kind: 'plain', text: content }
}

function object(entries: Record<string, Described>, moreEntries = 0): Described {
  return { kind: 'object', name: '', entries: Object.entries(entries), moreEntries }
}

function list(items: readonly Described[], moreItems = 0): Described {
  return { kind: 'list', name: '', items, moreItems }
}

describe('formatInline', () => {
  it.each([
    ['{}', object({})],
    ['[]', list([])],
    [
      "{ errMsg: 'uploadFile:ok', errno: 1 }",
      object({ errMsg: text('uploadFile:ok'), errno: plain('1') }),
    ],
    [
      "{ 'content-type': 'it\\'s', 数: 1 }",
      object({ 'content-type': text("it's"), 数: plain('1') }),
    ],
    ['{ a: 1, … }', object({ a: plain('1') }, 3)],
    ["[1, 'two\\n', …]", list([plain('1'), text('two\n')], 1)],
    ['Point { x: 1 }', { ...object({ x: plain('1') }), name: 'Point' } as Described],
    ['ƒ success()', { kind: 'function', name: 'success' } as const],
  ])('writes %s', (line, value) => {
    expect(formatInline(value)).toBe(line)
  })

  it('closes what is long, and keeps the quotes of a text that it cuts', () => {
    const long = list(Array.from({ length: 40 }, (_, index) => plain(String(index))))
    expect(formatInline(object({ a: object({ long }), b: text('x'.repeat(60)) }))).toBe(
      `{ a: { long: […] }, b: '${'x'.repeat(48)}…' }`,
    )
  })

  it('never gets longer than it may', () => {
    const value = object({ ['key'.repeat(100)]: text('x'), other: plain('1') })
    expect(formatInline(value, 40).length).toBeLessThanOrEqual(40)
  })
})

describe('formatConsoleLine', () => {
  it('writes texts as they are, the rest as code', () => {
    expect(formatConsoleLine([text('Upload progress'), plain('42'), list([text('a')])])).toBe(
      "Upload progress 42 ['a']",
    )
  })
})

describe('readJson', () => {
  it.each([
    ['{"id":1}', { id: 1 }],
    [' [1]', [1]],
    ['42', undefined],
    ['"text"', undefined],
    ['{oops', undefined],
  ])('of %j is %j', (content, value) => {
    expect(readJson(content)).toEqual(value)
  })
})
