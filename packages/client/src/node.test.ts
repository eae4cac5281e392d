import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

/** What a process says that runs a script; the entry is its first argument. */
async function run(script: string, entry: 'node' | 'global'): Promise<string> {
  const path = new URL(`../dist/${entry}.js`, import.meta.url).href
  const args = ['--input-type=module', '--eval', script, path]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return stdout.trim()
}

describe('wx in Node.js', () => {
  it('U-04 what a callback throws is an uncaught exception, and stops nothing', async () => {
    const said = await run(
      `process.on('uncaughtException', (error) => console.log('uncaught', error.message))
       const { wx } = await import(process.argv[1])
       wx.uploadFile({
         url: 'https://example.com', filePath: '/missing', name: 'file',
         fail: () => { throw new Error('from fail') },
         complete: () => console.log('complete'),
       })`,
      'node',
    )
    expect(said).toBe('complete\nuncaught from fail')
  })

  it('U-04 what a callback throws ends the process, where nobody catches it', async () => {
    const script = `
      const { wx } = await import(process.argv[1])
      wx.uploadFile({ fail: () => { throw new Error('from fail') } })`
    await expect(run(script, 'node')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('from fail'),
    })
  })

  it('U-01 runs no callback before uploadFile has returned', async () => {
    const said = await run(
      `const { wx } = await import(process.argv[1])
       wx.uploadFile({ fail: () => console.log('fail') })
       console.log('returned')`,
      'node',
    )
    expect(said).toBe('returned\nfail')
  })

  it('is put on globalThis by the global entry, where there is none', async () => {
    const none = 'await import(process.argv[1]); console.log(typeof wx.uploadFile)'
    expect(await run(none, 'global')).toBe('function')
    const own = 'globalThis.wx = "own"; await import(process.argv[1]); console.log(wx)'
    expect(await run(own, 'global')).toBe('own')
  })
})
