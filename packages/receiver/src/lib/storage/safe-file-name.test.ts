import { array, assert, constantFrom, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FileNames, isSafeFileName, safeFileName } from './safe-file-name.ts'

describe('safeFileName', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['照片 1.jpg', '照片 1.jpg'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
    ['../../etc/passwd', 'passwd'],
    [String.raw`..\..\windows\system.ini`, 'system.ini'],
    [String.raw`C:\Users\me\x`, 'x'],
    ['C:', 'C_'],
    ['photo.jpg:stream', 'photo.jpg_stream'],
    ['.htaccess', 'htaccess'],
    ['..', 'file'],
    ['', 'file'],
    ['folder/', 'file'],
    ['name. . ', 'name'],
    ['con', '_con'],
    ['COM1.txt', '_COM1.txt'],
    ['lpt\u00B9', '_lpt\u00B9'],
    ['console.log', 'console.log'],
    [`con${' '.repeat(300)}.txt`, '_con.txt'],
    ['a\0b\r\nc\u007F.txt', 'abc.txt'],
    ['invoice\u202Egpj.exe', 'invoicegpj.exe'],
    ['a<b>c"d|e?f*g.txt', 'a_b_c_d_e_f_g.txt'],
  ])('R-07 stores what was sent as %j under %j', (sent, stored) => {
    expect(safeFileName(sent)).toBe(stored)
  })

  it('R-07 cuts a long name to 255 bytes on a code point border and keeps the extension', () => {
    const name = safeFileName(`${'图'.repeat(200)}.jpeg`)
    expect(name).toBe(`${'图'.repeat(83)}.jpeg`)
    expect(Buffer.byteLength(safeFileName(`${'😀'.repeat(300)}.png`))).toBeLessThanOrEqual(255)
    expect(safeFileName(`a.${'x'.repeat(300)}`)).toHaveLength(255)
  })

  it('R-07 makes of any text one segment of a path that is safe to make safe again', () => {
    const pieces = [
      '.',
      ' ',
      '/',
      '\\',
      ':',
      '\0',
      '\u202E',
      'con',
      'a',
      '图',
      '😀',
      '.jpg',
      '-'.repeat(99),
      ' '.repeat(99),
    ]
    assert(
      property(array(constantFrom(...pieces), { maxLength: 30 }), (sent) => {
        const name = safeFileName(sent.join(''))
        expect(name).not.toMatch(/[/\\<>:"|?*\p{Cc}]|^[.\s]|[.\s]$|^$/u)
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
        expect(isSafeFileName(name)).toBe(true)
      }),
    )
  })
})

describe('FileNames', () => {
  it('numbers a name that is taken, in whatever case or normal form', () => {
    const names = new FileNames(['upload.json'])
    expect(names.take('photo.jpg')).toBe('photo.jpg')
    expect(names.take('PHOTO.JPG')).toBe('PHOTO (2).JPG')
    expect(names.take('photo.jpg')).toBe('photo (3).jpg')
    expect(names.take('upload.json')).toBe('upload (2).json')
    expect(names.take('é')).toBe('é')
    expect(names.take('e\u0301')).toBe('e\u0301 (2)')
  })

  it('keeps a numbered name within 255 bytes', () => {
    const names = new FileNames()
    const first = names.take(`${'图'.repeat(200)}.jpg`)
    const second = names.take(`${'图'.repeat(200)}.jpg`)
    expect(second).not.toBe(first)
    expect(second).toMatch(/ \(2\)\.jpg$/)
    expect(Buffer.byteLength(second)).toBeLessThanOrEqual(255)
  })
})
