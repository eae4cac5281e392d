import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { quoteForShell } from './shell-quote.ts'

const plain = [
  'a.txt',
  '照片 1.jpg',
  '',
  "it's",
  'say "hi"',
  '$HOME `id` \\',
  '*',
  '~',
  '=ls',
  '-n',
  'a;b',
  '🙂!',
  '#x',
]
const unsafe = [
  'new\nline',
  '\u001B[31mred',
  "tab\t'and\\quote",
  'gpj.\u202Eexe',
  '\u00851',
  'line\n!!',
  '\u00017',
]

/** What a shell makes of words of a command line. */
function read(shell: string, words: readonly string[]): string[] {
  const script = `printf '%s\\0' ${words.join(' ')}`
  return execFileSync(shell, ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

describe('quoteForShell', () => {
  it.each(['sh', 'bash'])('writes words that %s reads as they are', (shell) => {
    expect(
      read(
        shell,
        plain.map((word) => quoteForShell(word, 'posix')),
      ),
    ).toEqual(plain)
  })

  it('writes words with control characters in one safe line, which bash reads as they are', () => {
    const quoted = unsafe.map((word) => quoteForShell(word, 'posix'))
    expect(quoted.join('')).toMatch(/^[\x20-\x7E]*$/)
    expect(read('bash', quoted)).toEqual(unsafe)
  })

  it.each([
    ['a.txt', 'a.txt'],
    ['http://127.0.0.1:8787/upload', 'http://127.0.0.1:8787/upload'],
    ['a b', "'a b'"],
    ["it's", String.raw`'it'\''s'`],
    ['a\nb', String.raw`$'a\012b'`],
  ])('writes %j as %s', (text, quoted) => {
    expect(quoteForShell(text, 'posix')).toBe(quoted)
  })

  it.each([
    [String.raw`C:\a.txt`, String.raw`C:\a.txt`],
    ["it's $x", "'it''s $x'"],
    ['@a', "'@a'"],
  ])('writes %j as %s for PowerShell', (text, quoted) => {
    expect(quoteForShell(text, 'powershell')).toBe(quoted)
  })
})
