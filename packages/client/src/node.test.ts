import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { openRoom, valuesOf } from './neutral-room.fixture.ts'
import { echoOf, upload, watch } from './neutral-upload.fixture.ts'
import { createWx } from './node.ts'

/** What a process says that runs a script; the entry is its first argument. */
async function run(script: string, entry: 'node' | 'global'): Promise<string> {
  const path = new URL(`../dist/bundled/${entry}.js`, import.meta.url).href
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

  it('U-04 a warning that cannot be given fails nothing', async () => {
    const reported = new Promise((resolve) => process.once('uncaughtException', resolve))
    const warn = () => {
      throw new Error('no warning')
    }
    const { errMsg } = await upload({ header: { Host: 'x' } }, { warn })
    expect(errMsg).toBe('uploadFile:ok')
    expect(await reported).toEqual(new Error('no warning'))
  })

  it('U-11 with a referer configured, every request carries it', async () => {
    const referer = { appid: 'wx0123', version: '7' }
    const echo = await echoOf({ header: { Referer: 'https://evil.example' } }, { referer })
    expect(valuesOf(echo, 'referer')).toEqual([
      'https://servicewechat.com/wx0123/7/page-frame.html',
    ])
    expect(() => createWx({ referer: 'a\nb' })).toThrow(/referer "a\\nb": HTTP cannot carry it/)
  })

  it('U-19 ten run at once, where nothing else is configured', async () => {
    const room = openRoom()
    const wx = createWx()
    const uploads = Array.from(
      { length: 15 },
      () =>
        new Promise((resolve) => {
          wx.uploadFile({
            url: room.url('hold'),
            filePath: new Blob(['x']),
            name: 'file',
            complete: resolve,
          })
        }),
    )
    await expect.poll(async () => (await room.state()).peak, { timeout: 30_000 }).toBe(10)
    await room.release()
    await Promise.all(uploads)
    expect(await room.state()).toMatchObject({ peak: 10, requests: 15 })
  })

  it('U-24 each Set-Cookie is in cookies, and all of them in the header', async () => {
    const { ended, headers } = watch({})
    await ended
    expect(headers()?.cookies).toEqual(['a=1; Path=/', 'b=2'])
    expect(headers()?.header).toMatchObject({ 'Set-Cookie': 'a=1; Path=/, b=2' })
  })

  it('U-30 profile tells when each phase began and ended, under the platform’s names', async () => {
    const { profile } = await upload({})
    expect(profile).toMatchObject({ protocol: 'http1.1', peerIP: '127.0.0.1', socketReused: false })
    const order = [
      profile?.invokeStart,
      profile?.queueEnd,
      profile?.fetchStart,
      profile?.connectStart,
      profile?.connectEnd,
      profile?.requestStart,
      profile?.responseStart,
      profile?.responseEnd,
    ]
    expect(order).toEqual(order.toSorted((a = 0, b = 0) => a - b))
    expect(profile?.sendBytesCount).toBeGreaterThan(23)
  })
})
