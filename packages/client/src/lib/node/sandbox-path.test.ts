import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSandbox } from './sandbox-path.ts'

const folders = { tmp: '/host/tmp', usr: '/host/usr', code: '/host/code' }
const sandbox = createSandbox(folders)

/** Every name in it is a plain one, so that the file system takes it as it is. */
const plain: readonly [path: string, folder: string, names: string[]][] = [
  ['wxfile://usr/a.jpg', folders.usr, ['a.jpg']],
  ['wxfile://usr/a/b/c', folders.usr, ['a', 'b', 'c']],
  ['wxfile://usr', folders.usr, []],
  ['wxfile://usr/', folders.usr, []],
  ['wxfile://tmp/a.jpg', folders.tmp, ['a.jpg']],
  ['wxfile://tmp_0123.jpg', folders.tmp, ['tmp_0123.jpg']],
  ['wxfile://tmp', folders.tmp, []],
  ['/a/b', folders.code, ['a', 'b']],
  ['a/b', folders.code, ['a', 'b']],
  ['a', folders.code, ['a']],
  ['/', folders.code, []],
  ['usr/a', folders.code, ['usr', 'a']],
  ['/etc/passwd', folders.code, ['etc', 'passwd']],
  // What only looks like trouble is a name.
  ['..a/b..c/.hidden', folders.code, ['..a', 'b..c', '.hidden']],
  ['100%.jpg', folders.code, ['100%.jpg']],
  ['a%20b', folders.code, ['a%20b']],
  ['a%252520b', folders.code, ['a%252520b']],
  ['%E5%9B%BE', folders.code, ['%E5%9B%BE']],
  ['图 1：2／3……❤️😀.jpg', folders.code, ['图 1：2／3……❤️😀.jpg']],
]

describe('a path of the sandbox', () => {
  it.each(plain)('U-10 %j lies in %s', (path, folder, names) => {
    expect(sandbox(path)).toEqual({ folder: resolve(folder), names })
  })

  const attacks: Readonly<Record<string, readonly string[]>> = {
    'leads up': [
      '..',
      '../a',
      '/..',
      '/../a',
      'a/..',
      'a/../b',
      'a/../../b',
      'wxfile://usr/..',
      'wxfile://usr/../code/a',
      'wxfile://tmp/../../etc/passwd',
      'wxfile://tmp_/../../etc/passwd',
      'wxfile://tmp_..',
      '...',
      '.../a',
    ],
    'goes nowhere': ['.', './a', 'a/.', 'a/./b', 'a//b', '//a', 'a/', 'wxfile://usr//etc/passwd'],
    'is encoded': [
      '%2e%2e/a',
      '%2E%2e',
      '.%2e/a',
      '%2e',
      'a%2f..%2fb',
      'a%2fb',
      'wxfile://usr/%2e%2e%2f%2e%2e%2fetc',
      '%5c..',
      'a%00.jpg',
      '%0a',
      'file%3a',
      'C%3A',
      'a%20',
    ],
    'is encoded more than once': [
      '%252e%252e/a',
      '%25252e%25252e/a',
      '%25%32%65%25%32%65',
      'a%252fb',
      'a%2500',
      `%${'25'.repeat(9)}41`,
      `%${'25'.repeat(100_000)}2e`,
    ],
    'is encoded wrongly': [
      '%c0%ae%c0%ae/a',
      '%c0%af',
      '%e0%80%ae',
      '%ff',
      '%ed%a0%80',
      '%u002e%80',
    ],
    'has the separators of Windows': [
      '..\\a',
      'a\\b',
      '\\\\host\\share',
      '\\??\\C:\\a',
      'wxfile://usr\\..\\a',
      'wxfile:\\\\usr\\a',
      'C:\\Windows',
      'C:/Windows',
      'C:',
      'a.jpg:stream',
      'a::$DATA',
    ],
    'has what Windows leaves out': ['a.', 'a ', '.. ', '. .', '..  /a', 'a./b'],
    'has a control character': ['a\0.jpg', '\0', 'a\n', '\t', 'a\u007f', 'a\u0085b', '../\0'],
    'has what nobody sees': [
      '\u200b',
      '.\u200b.',
      '.\u200d./a',
      'a\u202egpj.exe',
      '\u2066a',
      '\ufeffa',
      'a\u00adb',
      'a\u2028b',
      '\u{e0041}',
      'a\ud800',
      '\udc00a',
    ],
    'looks like dots': [
      '．．/a',
      '‥/a',
      '․․/a',
      '．',
      '.．/a',
      '．．／etc／passwd',
      '︒︒/..',
      '%EF%BC%8E%EF%BC%8E/a',
    ],
    'has another scheme': [
      'file:///etc/passwd',
      'FILE:///etc/passwd',
      'file:a',
      'http://usr/a.jpg',
      'http://tmp/a.jpg',
      'data:,x',
      'blob:x',
      'wxfile://',
      'wxfile:///etc/passwd',
      'wxfile://code/a',
      'wxfile://user/a',
      'wxfile://usrx/a',
      'wxfile://tmpx',
      'wxfile://tm',
      'wxfile:/usr/a',
      'WXFILE://usr/a',
      ' wxfile://usr/a',
      'wxfile://usr:80/a',
      'wxfile://x@usr/a',
      'wxfile://tmp\n/a',
    ],
  }
  it.each(Object.entries(attacks))('U-10 that %s is none', (_how, paths) => {
    expect(paths.filter((path) => sandbox(path) !== undefined)).toEqual([])
  })
})

describe('the folders of a sandbox', () => {
  it('U-10 may be left out: then nothing is in them', () => {
    const usrAlone = createSandbox({ usr: '/host/usr' })
    expect(usrAlone('wxfile://usr/a')).toBeDefined()
    expect(['wxfile://tmp/a', 'wxfile://tmp_a', '/a', 'a', '/'].map(usrAlone)).toEqual(
      Array.from({ length: 5 }),
    )
  })

  it('U-10 are seen from the working directory of the time', () => {
    expect(createSandbox({ code: 'app' })('a')?.folder).toBe(resolve('app'))
  })

  it.each(['', 5, null, 'a\0b', {}])('U-10 that is no path, %j, is a TypeError', (folder) => {
    const create = () => Reflect.apply(createSandbox, undefined, [{ usr: folder }])
    expect(create).toThrow(/^Cannot use .* as sandbox\.usr: it should be a path$/)
  })
})
