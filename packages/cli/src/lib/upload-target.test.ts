import { describe, expect, it } from 'vitest'
import { CliError } from './errors.ts'
import { splitTarget } from './upload-target.ts'

const url = 'http://127.0.0.1:8787/upload'

describe('splitTarget', () => {
  it.each([url, 'https://example.com/upload', 'HTTP://localhost'])(
    'takes the files and the address %s after them',
    (address) => {
      expect(splitTarget(['a.jpg', 'http:b.jpg', address])).toEqual({
        files: ['a.jpg', 'http:b.jpg'],
        url: new URL(address),
      })
    },
  )

  it.each(['photo.jpg', '/upload', 'ftp://example.com/', ''])('refuses the address %j', (text) => {
    expect(() => splitTarget(['a.jpg', text])).toThrow(CliError)
    expect(() => splitTarget(['a.jpg', text])).not.toThrow('did you mean')
  })

  it.each(['localhost', 'localhost/upload', 'localhost:8787/upload', 'a.example.com/upload'])(
    'guesses the scheme that was left out of %s',
    (text) => {
      expect(() => splitTarget(['a.jpg', text])).toThrow(`(did you mean http://${text}?)`)
    },
  )

  it.each([
    [['a.jpg', url, url], `only the last argument is an address, and "${url}" is not the last`],
    [[url, 'a.jpg'], `the address goes last, and "${url}" is not the last`],
    [['', url], 'the name of a file is empty'],
    [[url], `no file is named before ${url}`],
  ])('says what is wrong with %j, and how it is used', (filesAndUrl, sentence) => {
    expect(() => splitTarget(filesAndUrl)).toThrow(`${sentence}: wx-upload put FILE... URL`)
  })
})
