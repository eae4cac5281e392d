import { readdir, readFile, writeFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createTempFolder } from '../../command.fixture.ts'
import { createUnsentList, type Unsent } from './unsent-list.ts'

/** The list of these names, written to an end. */
async function listOf(
  names: readonly string[],
  {
    file,
    isNull = false,
    isWhole = true,
  }: { file?: string; isNull?: boolean; isWhole?: boolean } = {},
): Promise<Unsent> {
  const list = await createUnsentList({ file, isNull })
  await Promise.all(names.map((name) => list.add(name)))
  return list.close(isWhole)
}

/** The folder that temporary files of the test go to. */
async function stubTempFolder(): Promise<string> {
  const folder = await createTempFolder()
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  return folder
}

const many = Array.from({ length: 100 }, (_, index) => `${index}\n.jpg`)

describe('createUnsentList', () => {
  it('keeps a few names in memory', async () => {
    expect(await listOf([])).toEqual({ kind: 'none' })
    expect(await listOf(['a', 'b\n'])).toEqual({ kind: 'names', names: ['a', 'b\n'] })
  })

  it('writes many to a temporary file with NULs, for the user alone to read', async () => {
    const folder = await stubTempFolder()
    const unsent = await listOf(many)
    const [name = ''] = await readdir(folder)
    const file = path.join(folder, name)
    expect(unsent).toEqual({ kind: 'file', file, isNull: true, unlistable: 0 })
    expect((await readFile(file, 'utf8')).split('\0').toSorted()).toEqual(['', ...many].toSorted())
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('says so where the temporary file cannot be written', async () => {
    vi.stubEnv('TMPDIR', path.join(await stubTempFolder(), 'none'))
    expect(await listOf(many)).toEqual({ kind: 'lost' })
  })

  it('replaces the file of --failed-to at the end, and not before', async () => {
    const folder = await createTempFolder()
    const file = path.join(folder, 'todo')
    await writeFile(file, 'old\n')
    const list = await createUnsentList({ file, isNull: false })
    await list.add('a b')
    await list.add('c\nd')
    expect(await readFile(file, 'utf8')).toBe('old\n')
    expect(await list.close(true)).toEqual({ kind: 'file', file, isNull: false, unlistable: 1 })
    expect(await readFile(file, 'utf8')).toBe('a b\n')
    expect(await readdir(folder)).toEqual(['todo'])
  })

  it('empties it where everything was uploaded', async () => {
    const file = path.join(await createTempFolder(), 'todo')
    expect(await listOf([], { file })).toEqual({ kind: 'none' })
    expect(await readFile(file, 'utf8')).toBe('')
  })

  it('leaves it as it was where names are missing in the new one', async () => {
    const folder = await createTempFolder()
    const file = path.join(folder, 'todo')
    await writeFile(file, 'old\n')
    expect(await listOf(['a'], { file, isWhole: false })).toEqual({ kind: 'none' })
    expect(await readFile(file, 'utf8')).toBe('old\n')
    expect(await readdir(folder)).toEqual(['todo'])
  })

  it('ends every name with NUL where that is asked for', async () => {
    const file = path.join(await createTempFolder(), 'todo')
    await listOf(['c\nd'], { file, isNull: true })
    expect(await readFile(file, 'utf8')).toBe('c\nd\0')
  })

  it('says at once that the file cannot be written', async () => {
    const file = path.join(await createTempFolder(), 'none', 'todo')
    await expect(createUnsentList({ file, isNull: false })).rejects.toThrow(
      `cannot write the list of what was not uploaded, ${file}`,
    )
  })
})
