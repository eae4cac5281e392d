import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { collect, createTempFolder } from '../../command.fixture.ts'
import { openNames, splitNames } from './read-names.ts'

const never = new AbortController().signal

async function* inPieces(text: string, length: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length)
}

function split(text: string, isNull: boolean, length = text.length): Promise<string[]> {
  return collect(splitNames(inPieces(text, length), { from: 'list', isNull }))
}

describe('splitNames', () => {
  it.each([1, 2, 3, 1000])('reads a name a line, in pieces of %d', async (length) => {
    const text = '\uFEFFa.txt\r\n\n 照片 1.jpg \n-dash\n"q"'
    expect(await split(text, false, length)).toEqual(['a.txt', ' 照片 1.jpg ', '-dash', '"q"'])
  })

  it.each([1, 2, 1000])('reads names that end with NUL, in pieces of %d', async (length) => {
    expect(await split('a\nb\0\0c\r\0d', true, length)).toEqual(['a\nb', 'c\r', 'd'])
  })

  it('reads none from nothing', async () => {
    expect(await split('', false, 1)).toEqual([])
  })

  it('says where the separator is another one', async () => {
    await expect(split('a\0b\0', false)).rejects.toThrow(
      'there is a NUL in list of --files-from: is it for --null?',
    )
    await expect(split('x'.repeat(100_000), true)).rejects.toThrow(
      'list of --files-from is no list of names: there is no NUL',
    )
  })
})

describe('openNames', () => {
  it('reads a file, however its characters are cut', async () => {
    const file = path.join(await createTempFolder(), 'list')
    const names = Array.from({ length: 30_000 }, (_, index) => `照片 ${index}.jpg`)
    await writeFile(file, names.join('\n'))
    expect(await collect(await openNames({ from: file, isNull: false }, never))).toEqual(names)
  })

  it('says at once that there is no such file', async () => {
    const file = path.join(await createTempFolder(), 'none')
    await expect(openNames({ from: file, isNull: false }, never)).rejects.toThrow(
      `cannot read ${file} of --files-from (ENOENT)`,
    )
  })

  it('says that a folder is no list', async () => {
    const folder = await createTempFolder()
    const names = await openNames({ from: folder, isNull: false }, never)
    await expect(collect(names)).rejects.toThrow('of --files-from (EISDIR)')
  })
})
