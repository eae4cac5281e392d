import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import {
  addFormField,
  addHeader,
  parseCount,
  parseDurationMs,
  parseKeepMs,
  parsePort,
  parsePublicUrl,
  parseSizeBytes,
  parseTimeoutMs,
  parseTypes,
} from './option-values.ts'

describe('parseSizeBytes', () => {
  it.each([
    ['500', 500],
    ['200MB', 200_000_000],
    ['1.5 kb', 1500],
    ['64KiB', 65_536],
    ['2GiB', 2_147_483_648],
  ])('reads %s as %d bytes', (text, sizeBytes) => {
    expect(parseSizeBytes(text)).toBe(sizeBytes)
  })

  it.each(['', '0', 'MB', '-1', '10 parsecs', '1e3', '99999999TB'])('refuses %j', (text) => {
    expect(() => parseSizeBytes(text)).toThrow(InvalidArgumentError)
  })
})

describe('parseDurationMs', () => {
  it.each([
    ['0', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000],
  ])('reads %s as %d milliseconds', (text, durationMs) => {
    expect(parseDurationMs(text)).toBe(durationMs)
  })

  it.each(['', '30', 's', '-1s', '1.5s', '1 s', '1y', '999999999999999d'])('refuses %j', (text) => {
    expect(() => parseDurationMs(text)).toThrow(InvalidArgumentError)
  })

  it('is above 0 where it is how long something is kept', () => {
    expect(parseKeepMs('30d')).toBe(2_592_000_000)
    for (const text of ['0', '0d', '30'])
      expect(() => parseKeepMs(text)).toThrow(InvalidArgumentError)
  })
})

describe('parseCount', () => {
  it('reads whole numbers above 0', () => {
    expect(parseCount('1000')).toBe(1000)
    for (const text of ['', '0', '-1', '1.5', '1e3', '99999999999999999'])
      expect(() => parseCount(text)).toThrow(InvalidArgumentError)
  })
})

describe('parsePublicUrl', () => {
  it.each(['https://upload.example.com/', 'http://127.0.0.1:8080/files'])('reads %s', (text) => {
    expect(parsePublicUrl(text)).toBe(text)
  })

  it.each([
    '',
    'upload.example.com',
    'ftp://example.com/',
    'https://example.com/?a=b',
    'https://me:secret@example.com/',
  ])('refuses %j', (text) => {
    expect(() => parsePublicUrl(text)).toThrow(InvalidArgumentError)
  })
})

describe('parseTypes', () => {
  it('reads types and kinds', () => {
    expect(parseTypes('image/*, application/pdf')).toEqual(['image/*', 'application/pdf'])
  })

  it.each(['', 'image', '*/*', 'image/*,', 'a/b;c'])('refuses %j', (text) => {
    expect(() => parseTypes(text)).toThrow(InvalidArgumentError)
  })
})

describe('parsePort and parseTimeoutMs', () => {
  it('take whole numbers in their range', () => {
    expect(parsePort('0')).toBe(0)
    expect(parsePort('65535')).toBe(65_535)
    expect(parseTimeoutMs('1500')).toBe(1500)
  })

  it.each(['', '-1', '1.5', '0x10', '65536', 'http'])('refuse the port %j', (text) => {
    expect(() => parsePort(text)).toThrow(InvalidArgumentError)
  })

  it.each(['', '0', '-1', '1.5', '1s'])('refuse the timeout %j', (text) => {
    expect(() => parseTimeoutMs(text)).toThrow(InvalidArgumentError)
  })
})

describe('addFormField', () => {
  it('takes what follows the first = as it is', () => {
    expect(addFormField('a=b&c=d', {})).toEqual({ a: 'b&c=d' })
    expect(addFormField('备注=第一行\n"第二行"', { a: '' })).toEqual({
      a: '',
      备注: '第一行\n"第二行"',
    })
    expect(addFormField('empty=', {})).toEqual({ empty: '' })
  })

  it.each(['user', '=x', ''])('refuses %j', (text) => {
    expect(() => addFormField(text, {})).toThrow(InvalidArgumentError)
  })

  it('refuses a key that is there already', () => {
    expect(() => addFormField('a=2', { a: '1' })).toThrow('"a" is given twice.')
  })
})

describe('addHeader', () => {
  it('splits at the first colon', () => {
    expect(addHeader('X-Time:  12:30', {})).toEqual({ 'X-Time': '12:30' })
  })

  it.each(['X-Time', ': x', 'X Time: 1', 'X: a\nb'])('refuses %j', (text) => {
    expect(() => addHeader(text, {})).toThrow(InvalidArgumentError)
  })

  it('refuses a name that is there already in another casing', () => {
    expect(() => addHeader('x-a: 2', { 'X-A': '1' })).toThrow('"x-a" is given twice.')
  })
})
