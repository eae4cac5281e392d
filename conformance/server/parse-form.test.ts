import { describe, expect, it } from 'vitest'
import { parseForm } from './parse-form.ts'

const type = 'multipart/form-data; boundary=b'
const field = '--b\r\nContent-Disposition: form-data; name="user"\r\n\r\n小明\r\n'
const file =
  '--b\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n123456789\r\n'

describe('parseForm', () => {
  it('reads the parts of a form, with names, types and check sums', () => {
    const parts = parseForm(type, Buffer.from(`${field}${file}--b--\r\n`))
    expect(parts).toEqual([
      expect.objectContaining({ name: 'user', text: '小明', sizeBytes: 6 }),
      {
        head: 'Content-Disposition: form-data; name="f"; filename="a.jpg"\r\nContent-Type: image/jpeg',
        name: 'f',
        fileName: 'a.jpg',
        type: 'image/jpeg',
        sizeBytes: 9,
        crc32: 0xcbf43926,
        text: '123456789',
      },
    ])
  })

  it('reads an empty part, and a boundary in quotes', () => {
    const empty = '--b\r\nContent-Disposition: form-data; name="e"\r\n\r\n\r\n'
    const parts = parseForm('multipart/form-data; boundary="b"', Buffer.from(`${empty}--b--`))
    expect(parts).toEqual([expect.objectContaining({ name: 'e', sizeBytes: 0, text: '' })])
  })

  it.each([
    ['has no boundary in its type', 'multipart/form-data', `${field}--b--`],
    ['is of another type', 'text/plain; boundary=b', `${field}--b--`],
    ['has something before its first part', type, `x\r\n${field}--b--`],
    ['has no end', type, field],
    [
      'has a part without an end to its header',
      type,
      '--b\r\nContent-Disposition: form-data\r\n--b--',
    ],
    ['is empty', type, ''],
  ])('reads nothing where it %s', (_what, contentType, body) => {
    expect(parseForm(contentType, Buffer.from(body))).toBeUndefined()
  })
})
