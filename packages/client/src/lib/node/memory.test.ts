import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'

const MiB = 1024 * 1024

/** The most memory, in bytes, that a process which uploads a file of this size has ever had. */
async function peakMemory(sizeBytes: number): Promise<number> {
  const server = await startRawServer({ keepBodies: false })
  const script = `
    const { createWx } = await import(process.argv[1])
    const [url, filePath] = process.argv.slice(2)
    createWx({ timeout: Infinity }).uploadFile({
      url, filePath, name: 'file',
      complete: ({ errMsg }) => console.log(errMsg, process.resourceUsage().maxRSS * 1024),
    })`
  const entry = new URL('../../../dist/bundled/node.js', import.meta.url).href
  const args = ['--input-type=module', '--eval', script, entry]
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...args,
    server.url,
    await createTempFile({ sizeBytes }),
  ])
  const [errMsg, bytes] = stdout.trim().split(' ')
  expect(errMsg).toBe('uploadFile:ok')
  expect(server.exchanges[0]?.bodyBytes).toBeGreaterThan(sizeBytes)
  return Number(bytes)
}

describe('memory', () => {
  it(
    'U-15 a file of 1 GiB takes no more of it than one of 10 MiB',
    { timeout: 60_000 },
    async () => {
      const small = await peakMemory(10 * MiB)
      const large = await peakMemory(1024 * MiB)
      expect(large - small).toBeLessThan(32 * MiB)
    },
  )
})
