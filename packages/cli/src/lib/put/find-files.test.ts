import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { collect, createTempFolder } from '../../command.fixture.ts'
import { findFiles, type Found } from './find-files.ts'

/** A folder with these files in it, and nothing more. */
async function createFolder(...files: string[]): Promise<string> {
  const folder = await createTempFolder()
  for (const file of files) {
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true })
    await writeFile(path.join(folder, file), file)
  }
  return folder
}

async function find(...names: string[]): Promise<{ found: Found[]; skipped: string[] }> {
  const skipped: string[] = []
  const options = { onFolder: () => {}, onSkip: (file: string) => void skipped.push(file) }
  return { found: await collect(findFiles(names, options)), skipped }
}

const isFound = (file: string, displayName: string) =>
  expect.objectContaining({ kind: 'file', path: file, displayName })

describe('findFiles', () => {
  it('walks a folder in the order of its names, hidden ones and all', async () => {
    const folder = await createFolder('b', 'a/z', 'a/B/1', '.hidden/x', 'Z', '照片.jpg', 'a-b')
    const { found } = await find(folder)
    const name = path.basename(folder)
    const files = ['.hidden/x', 'Z', 'a/B/1', 'a/z', 'a-b', 'b', '照片.jpg']
    expect(found).toEqual(files.map((file) => isFound(`${folder}/${file}`, `${name}/${file}`)))
    expect(found[0]).toMatchObject({ sizeBytes: '.hidden/x'.length })
  })

  it('takes files as they are named, and shows the last segment of absolute paths', async () => {
    const folder = await createFolder('a.txt')
    const file = path.join(folder, 'a.txt')
    const relative = path.relative('.', file)
    const { found } = await find(file, relative, 'none.txt')
    expect(found).toEqual([
      isFound(file, 'a.txt'),
      isFound(relative, relative),
      isFound('none.txt', 'none.txt'),
    ])
  })

  it('follows links that were named, and leaves out those in folders', async () => {
    const folder = await createFolder('a/x', 'elsewhere/y')
    await symlink('../elsewhere', path.join(folder, 'a/link'))
    await symlink('.', path.join(folder, 'a/round'))
    const { found, skipped } = await find(`${folder}/a`, `${folder}/a/link`)
    expect(found).toEqual([
      isFound(`${folder}/a/x`, 'a/x'),
      isFound(`${folder}/a/link/y`, 'link/y'),
    ])
    expect(skipped).toEqual([`${folder}/a/link`, `${folder}/a/round`])
  })

  it.each(['', '/', '//'])('keeps a folder that is named with %j behind it', async (end) => {
    const folder = await createFolder('x')
    const { found } = await find(folder + end)
    expect(found).toEqual([
      isFound(end === '' ? `${folder}/x` : `${folder}${end}x`, expect.stringMatching(/[^/]\/x$/)),
    ])
  })

  it('says that there is no file in a folder, and of no folder inside another', async () => {
    const folder = await createFolder('x')
    await mkdir(path.join(folder, 'empty/inside'), { recursive: true })
    expect((await find(folder)).found).toHaveLength(1)
    const empty = path.join(folder, 'empty')
    expect((await find(empty)).found).toEqual([
      {
        kind: 'none',
        path: empty,
        displayName: empty,
        outcome: { kind: 'failed', errno: 1_300_021, errMsg: 'uploadFile:fail is a directory' },
        why: 'there is no file in this folder',
      },
    ])
  })

  it('takes one file after the other, without looking at the next', async () => {
    const folder = await createFolder('a/1', 'b/1')
    const files = findFiles([folder], { onFolder() {}, onSkip() {} })
    expect(await files.next()).toMatchObject({ value: { path: `${folder}/a/1` } })
    await writeFile(path.join(folder, 'b/0'), '')
    expect(await files.next()).toMatchObject({ value: { path: `${folder}/b/0` } })
  })
})
