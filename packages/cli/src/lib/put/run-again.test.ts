import { describe, expect, it } from 'vitest'
import { formatRunAgain } from './run-again.ts'

const url = new URL('https://example.com/upload?key=secret')
const plain = { name: 'file', form: {}, header: {}, concurrency: 10 }
const command = {
  program: 'wx-upload',
  url,
  options: plain,
  isPublic: false,
  shell: 'posix',
} as const

describe('formatRunAgain', () => {
  it('names the files, quoted, and none of them is taken for an option or an address', () => {
    const names = ['a.txt', "it's b", '-dash', '-', 'http://x/y', 'new\nline', '照片.jpg']
    expect(formatRunAgain({ kind: 'names', names }, command)).toBe(
      String.raw`wx-upload put a.txt 'it'\''s b' ./-dash ./- ./http://x/y $'new\012line' '照片.jpg' 'https://example.com/upload?key=secret'`,
    )
  })

  it('has every option that makes a difference', () => {
    const options = {
      name: 'photo',
      form: { user: 'a b' },
      header: { Authorization: 'Bearer x' },
      timeout: 5000,
      retry: 3,
      concurrency: 2,
      http2: true,
      json: true,
      ca: 'my ca.pem',
      failedTo: 'todo',
    } as const
    const list = { kind: 'file', file: 'todo', isNull: false, unlistable: 0 } as const
    expect(formatRunAgain(list, { ...command, options })).toBe(
      "wx-upload put --name photo --form 'user=a b' --header 'Authorization: Bearer x' --timeout 5000 --retry 3 " +
        "--concurrency 2 --http2 --json --ca 'my ca.pem' --failed-to todo --files-from todo 'https://example.com/upload?key=secret'",
    )
  })

  it('says that a list has NULs', () => {
    const list = { kind: 'file', file: '/tmp/list', isNull: true, unlistable: 0 } as const
    expect(formatRunAgain(list, { ...command, url: new URL('http://localhost/') })).toBe(
      'wx-upload put --files-from /tmp/list --null http://localhost/',
    )
  })

  it('tells no secret where others may read it', () => {
    const options = { ...plain, form: { token: 'secret' }, header: { Cookie: 'secret' } }
    const line = formatRunAgain(
      { kind: 'names', names: ['a'] },
      { ...command, options, isPublic: true },
    )
    expect(line).toBe(
      "wx-upload put --form 'token=…' --header 'Cookie: …' a 'https://example.com/upload?…'",
    )
  })
})
