import { rm } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { UploadError } from '../errors.ts'
import { openCompared, openInside } from './open-inside.ts'
import { createHouse } from './sandbox.fixture.ts'

it.each([
  ['as this system can', openInside],
  ['as any system can', openCompared],
])('U-10 a file is opened where it lies inside, and nowhere else, %s', async (_how, open) => {
  const { folders } = await createHouse()
  async function outcome(...names: string[]): Promise<unknown> {
    try {
      const handle = await open({ folder: folders.usr, names })
      const content = await handle.readFile('utf8')
      await handle.close()
      return content
    } catch (error) {
      return error instanceof UploadError ? error.code : error
    }
  }
  expect(await outcome('a.txt')).toBe('inside a.txt')
  expect(await outcome('in-folder', 'b.txt')).toBe('inside b.txt')
  expect(await outcome('missing')).toBe('file-not-found')
  expect(await outcome('a.txt', 'b')).toBe('file-not-found')
  expect(await outcome()).toBe('file-is-directory')
  expect(await outcome('deep')).toBe('file-is-directory')
  expect(await outcome('out-folder', 'a.txt')).toBe('sandbox')
  expect(await outcome('out-sibling', 'a.txt')).toBe('sandbox')
  for (const name of ['out-file', 'out-root', 'out-nowhere', 'out-up', 'out-chain', 'loop']) {
    expect([name, await outcome(name)]).toEqual([name, 'sandbox'])
  }
  await rm(folders.usr, { recursive: true })
  expect(await outcome('a.txt')).toBe('file-not-found')
})
