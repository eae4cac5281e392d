import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { chromiumPath, opensPages } from './chromium.mjs'

/** A folder with programs of these names. */
async function createPrograms(...names: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-chromium-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await Promise.all(names.map((name) => writeFile(path.join(folder, name), '', { mode: 0o755 })))
  return folder
}

describe('chromiumPath', () => {
  it('is what CHROMIUM says, before anything in PATH', async () => {
    const folder = await createPrograms('chromium', 'my-chrome')
    const mine = path.join(folder, 'my-chrome')
    expect(chromiumPath({ CHROMIUM: mine, PATH: folder })).toBe(mine)
  })

  it('is nothing where CHROMIUM names no program, so that no other is taken for it', async () => {
    const folder = await createPrograms('chromium')
    const missing = path.join(folder, 'missing')
    expect(chromiumPath({ CHROMIUM: missing, PATH: folder })).toBeUndefined()
  })

  it.each(['chromium', 'chromium-browser', 'google-chrome'])('finds %s in PATH', async (name) => {
    const folders = [await createPrograms('other'), await createPrograms(name)]
    const found = chromiumPath({ CHROMIUM: '', PATH: folders.join(path.delimiter) })
    expect(found).toBe(path.join(folders[1] ?? '', name))
  })

  it('takes chromium before the others, wherever in PATH it is', async () => {
    const folders = [await createPrograms('google-chrome'), await createPrograms('chromium')]
    expect(chromiumPath({ PATH: folders.join(path.delimiter) })).toMatch(/chromium$/)
  })

  it('takes neither a folder nor a file that cannot be run', async () => {
    const folder = await createPrograms('chromium-browser')
    await mkdir(path.join(folder, 'chromium'))
    await chmod(path.join(folder, 'chromium-browser'), 0o644)
    expect(chromiumPath({ PATH: folder })).toBeUndefined()
    expect(chromiumPath({})).toBeUndefined()
  })
})

describe('opensPages', () => {
  it.each<[boolean, string[]]>([
    [true, []],
    [true, ['some-file']],
    [true, ['--project', 'browser']],
    [true, ['--project=node', '--project=browser']],
    [false, ['--project', 'node']],
    [false, ['--project=node', '--project', 'packages', 'some-file']],
  ])('is %s for the arguments %j', (expected, vitestArguments) => {
    expect(opensPages(vitestArguments)).toBe(expected)
  })
})
