import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'

const bundled = fileURLToPath(new URL('../../../dist/bundled', import.meta.url))
const modules = fileURLToPath(new URL('../../../../../node_modules', import.meta.url))

/** Where nobody listens. */
const nobody = 'https://127.0.0.1:9/'

/**
 * What a process says of an upload, which is the first in it: its events, and which of node:tls and node:http2 it has loaded when the client
 * is, and at the end.
 */
async function uploadFirst(
  option: object,
  { folder = bundled, abortsAtOnce = false } = {},
): Promise<unknown> {
  const script = `
    const [entry, option, abortsAtOnce] = process.argv.slice(1)
    const loaded = () => ['tls', 'http2'].filter((name) => process.moduleLoadList.includes('NativeModule ' + name))
    const { createWx } = await import(entry)
    const atFirst = loaded()
    const events = []
    const note = ({ errMsg }) => events.push(errMsg)
    await new Promise((resolve) => {
      const end = (result) => (note(result), resolve())
      const task = createWx().uploadFile({ ...JSON.parse(option), name: 'file', success: note, fail: note, complete: end })
      // Before any file can have been read.
      if (abortsAtOnce) setImmediate(() => task.abort())
    })
    console.log(JSON.stringify({ events, atFirst, atLast: loaded() }))`
  const entry = pathToFileURL(join(folder, 'node.js')).href
  const own = [entry, JSON.stringify(option), ...(abortsAtOnce ? ['yes'] : [])]
  const args = ['--input-type=module', '--eval', script, ...own]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout)
}

/** The client as it is published, without a file of it. */
async function createBrokenClient(missing: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wx-upload-broken-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await cp(bundled, join(folder, 'bundled'), { recursive: true })
  await symlink(modules, join(folder, 'node_modules'))
  const files = await readdir(join(folder, 'bundled'))
  const found = files.filter((file) => file.startsWith(missing))
  expect(found).toHaveLength(1)
  for (const file of found) await rm(join(folder, 'bundled', file))
  return join(folder, 'bundled')
}

/** Events of an upload that fails so. */
const failed = (why: string) => [`uploadFile:fail ${why}`, `uploadFile:fail ${why}`]

describe('what an upload takes by TLS', () => {
  it('is not loaded for one without', async () => {
    const { url } = await startRawServer()
    expect(await uploadFirst({ url, filePath: await createTempFile('content') })).toEqual({
      events: ['uploadFile:ok', 'uploadFile:ok'],
      atFirst: [],
      atLast: [],
    })
  })

  it.each([
    [false, ['tls']],
    [true, ['tls', 'http2']],
  ])('is loaded for one that needs it, with enableHttp2 %s', async (enableHttp2, atLast) => {
    const option = { url: nobody, enableHttp2 }
    const filePath = await createTempFile('content')
    expect(await uploadFirst({ ...option, filePath })).toEqual({
      events: failed('upload fail:-102:net::ERR_CONNECTION_REFUSED'),
      atFirst: [],
      atLast,
    })
  })

  it.each([false, true])(
    'U-26 is loaded for nothing where the upload is aborted meanwhile, with enableHttp2 %s: it connects to nobody',
    async (enableHttp2) => {
      const server = await startRawServer()
      const option = { url: server.url.replace('http:', 'https:'), enableHttp2 }
      const filePath = await createTempFile('content')
      expect(await uploadFirst({ ...option, filePath }, { abortsAtOnce: true })).toMatchObject({
        events: failed('abort'),
      })
      expect(server.sockets).toHaveLength(0)
    },
  )

  it.each([
    ['https', false],
    ['http2', true],
  ])('fails the upload, once, where the file with %s is gone', async (name, enableHttp2) => {
    const folder = await createBrokenClient(`${name}-connections`)
    const option = { url: nobody, enableHttp2 }
    const filePath = await createTempFile('content')
    expect(await uploadFirst({ ...option, filePath }, { folder })).toMatchObject({
      events: failed('upload fail:-2:net::ERR_FAILED'),
    })
  })
})
