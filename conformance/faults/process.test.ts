import { describe, expect, inject, it } from 'vitest'
import { run } from '../packages/programs.ts'
import { mayTimeOut } from './fault-process.ts'

const server = inject('faults')

// A timer that was left would keep the process for longer than this test may take.
const longTimeoutMs = 1_000_000

const program = `
  const { createWx } = await import(process.argv[1])
  const [uploads, ca, domains] = JSON.parse(process.argv[2])
  const wx = createWx({ ca, domains, maxConcurrent: uploads.length })
  const filePath = new Blob(['not really a photograph'])
  const results = await Promise.all(uploads.map((option) => new Promise((complete) =>
    wx.uploadFile({ filePath, name: 'file', ...option, complete }))))
  console.log(results.filter(({ errMsg }) => errMsg.startsWith('uploadFile:')).length)`

describe('a process', () => {
  it('U-19 U-26 that meets every fault at once does not crash, and exits by itself', async () => {
    const uploads = server.faults.map(({ url, http2, node }) => ({
      url,
      enableHttp2: http2,
      timeout: mayTimeOut(node) ? 1000 : longTimeoutMs,
    }))
    const entry = new URL('../../packages/client/dist/bundled/node.js', import.meta.url).href
    const setup = JSON.stringify([uploads, server.ca, server.domains])
    const args = ['--input-type=module', '--eval', program, entry, setup]
    const output = await run(process.execPath, args, { cwd: process.cwd() })
    expect(output).toBe(`${uploads.length}\n`)
  })
})
