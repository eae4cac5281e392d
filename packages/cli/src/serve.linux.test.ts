import { describe, expect, it } from 'vitest'
import { runCommand } from './command.fixture.ts'

// The /proc of Linux takes no folder from anybody, root included.
describe('wx-upload serve', { timeout: 60_000 }, () => {
  it.each(['/proc', '/proc/uploads/deep'])(
    'ends with 8 in %s, where nothing can be made',
    async (folder) => {
      const { code, stderr } = await runCommand(['serve', folder])
      expect(code).toBe(8)
      expect(stderr).toContain(`cannot write uploads to ${folder} (no folder can be made there)`)
    },
  )
})
