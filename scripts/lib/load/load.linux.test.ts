import { describe, expect, it } from 'vitest'
import { runQuietly } from '../command.mjs'

/** What `npm run load` prints with these options. */
async function load(...args: string[]): Promise<string> {
  const { code, output } = await runQuietly([process.execPath, 'scripts/load.mjs', ...args])
  expect([code, output]).toEqual([0, expect.stringMatching(/rows, 0 uploads failed\n$/)])
  return output
}

describe('npm run load', { timeout: 120_000 }, () => {
  it('measures uploads, each of which is stored, and prints a row for each load', async () => {
    const output = await load('--quick')
    expect(output).toMatch(/^\| size \| at once \| uploads\/s \|/m)
    expect(output.match(/^\| (?:4 KiB|1 MiB) \| 4 \|.* 0 \|$/gm)).toHaveLength(2)
  })

  it('measures slow uploads, and uploads beside idle connections', async () => {
    const slow = await load('--slow', '20', '--seconds', '1')
    expect(slow).toMatch(/^\| 100 KiB \| 20 \|.* 20 \| 0 \|$/m)
    const idle = await load('--idle', '50', '--seconds', '1')
    expect(idle).toMatch(/^\| 100 KiB \| 10 \| 50 \|.* 0 \|$/m)
  })
})
