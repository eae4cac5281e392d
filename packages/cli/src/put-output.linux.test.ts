import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTempFolder, runLine, startHttpServer } from './command.fixture.ts'

async function prepare(): Promise<{ folder: string; url: string; count: () => number }> {
  const folder = await createTempFolder()
  for (const name of ['a', 'b', 'c', 'd']) await writeFile(path.join(folder, name), '')
  let count = 0
  const url = await startHttpServer((request, response) => {
    count += 1
    request.resume().on('end', () => response.end('x'.repeat(100_000)))
  })
  return { folder, url, count: () => count }
}

// Each test starts a Node.js or more.
describe('wx-upload put', { timeout: 60_000 }, () => {
  it.each(['', '--json'])('ends with 11 where the answer cannot be written: %s', async (option) => {
    const { folder, url } = await prepare()
    const line = `wx-upload put a ${url} ${option} >/dev/full`
    const { code, stderr } = await runLine(line, { cwd: folder })
    expect(code).toBe(11)
    expect(stderr).toMatch(/\nerror: cannot write to standard output \(ENOSPC\)\n$/)
  })

  it('sends no other file then, and says which', async () => {
    const { folder, url, count } = await prepare()
    const line = `wx-upload put a b c d ${url} --concurrency 1 >/dev/full`
    const { code, stderr } = await runLine(line, { cwd: folder })
    expect(code).toBe(11)
    expect(count()).toBe(1)
    expect(stderr).toContain('1 of 4 files uploaded: ')
    expect(stderr).toContain(`  wx-upload put --concurrency 1 b c d ${url}/\n`)
  })

  it('uploads everything and says nothing of it where the reader of a pipe has gone', async () => {
    const { folder, url, count } = await prepare()
    const line = `wx-upload put a b c d ${url} --concurrency 1 | true; echo \${PIPESTATUS[0]}`
    const { stdout, stderr } = await runLine(line, { cwd: folder })
    expect(stdout).toBe('0\n')
    expect(count()).toBe(4)
    expect(stderr).not.toContain('error')
  })
})
