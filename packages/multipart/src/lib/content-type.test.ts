import { describe, expect, it } from 'vitest'
import { parseBoundary, type MultipartErrorCode } from '../node.ts'

const longest = 'x'.repeat(70)

const valid: readonly (readonly [contentType: string, boundary: string])[] = [
  ['multipart/form-data; boundary=b', 'b'],
  ['Multipart/Form-Data;BOUNDARY=b', 'b'],
  [' multipart/form-data ; boundary = b ', 'b'],
  ['multipart/form-data; charset=utf-8; boundary="a b"; x=y', 'a b'],
  [String.raw`multipart/form-data; boundary="a\b\"\\"`, String.raw`ab"` + '\\'],
  ["multipart/form-data; boundary=/=*:'()+_,-.?", "/=*:'()+_,-.?"],
  ['multipart/form-data; boundary="/=*:\'()+_,-.?"', "/=*:'()+_,-.?"],
  [
    'multipart/form-data; boundary=----WebKitFormBoundaryzv0Og5zWtGjvzP2A',
    '----WebKitFormBoundaryzv0Og5zWtGjvzP2A',
  ],
  ['multipart/form-data; boundary=<7b@a[1]>{}', '<7b@a[1]>{}'],
  ['multipart/form-data; xboundary=a; boundary=b', 'b'],
  ['multipart/form-data; x="; boundary=a"; boundary=b', 'b'],
  ['multipart/form-data;; boundary=b;', 'b'],
  [`multipart/form-data; boundary=${longest}`, longest],
]

const invalid: readonly (readonly [contentType: string | undefined, code: MultipartErrorCode])[] = [
  [undefined, 'not-multipart'],
  ['', 'not-multipart'],
  ['application/json', 'not-multipart'],
  ['multipart/mixed; boundary=b', 'not-multipart'],
  ['multipart/form-data2; boundary=b', 'not-multipart'],
  ['multipart/form-data boundary=b', 'not-multipart'],
  ['x, multipart/form-data; boundary=b', 'not-multipart'],
  ['multipart/form-data', 'boundary-missing'],
  ['multipart/form-data; xboundary=b', 'boundary-missing'],
  ['multipart/form-data; x="boundary=b"', 'boundary-missing'],
  ['multipart/form-data; boundary=a; boundary=a', 'boundary-duplicate'],
  ['multipart/form-data; boundary=a, multipart/form-data; boundary=b', 'boundary-invalid'],
  ['multipart/form-data; boundary=a,multipart/form-data; boundary=b', 'boundary-duplicate'],
  ['multipart/form-data; boundary=', 'boundary-invalid'],
  ['multipart/form-data; boundary=""', 'boundary-invalid'],
  ['multipart/form-data; boundary="a ', 'boundary-invalid'],
  ['multipart/form-data; boundary="a "', 'boundary-invalid'],
  ['multipart/form-data; boundary=a b', 'boundary-invalid'],
  ['multipart/form-data; boundary="a"b', 'boundary-invalid'],
  ['multipart/form-data; boundary="a\r\nb"', 'boundary-invalid'],
  ['multipart/form-data; boundary=é', 'boundary-invalid'],
  [`multipart/form-data; boundary=${longest}x`, 'boundary-invalid'],
]

describe('parseBoundary', () => {
  it.each(valid)('R-01 reads %j', (contentType, boundary) => {
    expect(parseBoundary(contentType)).toBe(boundary)
  })

  it.each(invalid)('R-01 refuses %j as %s', (contentType, code) => {
    expect(() => parseBoundary(contentType)).toThrow(expect.objectContaining({ code }))
  })

  it('says what was attempted and what was found', () => {
    expect(() => parseBoundary('text/plain')).toThrow(
      'reading the Content-Type: the Content-Type is not multipart/form-data: found "text/plain"',
    )
  })
})
