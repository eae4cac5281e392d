import { execFile, execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { open, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createWx } from '../../node.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { contentOf, createHouse } from './sandbox.fixture.ts'
import { upload } from './upload.fixture.ts'

const denied = {
  errMsg: 'uploadFile:fail permission denied, cannot access file path',
  errno: 1301000,
}

describe('in a sandbox', () => {
  it('U-10 what is no file fails, and is not even opened: a FIFO, a socket', async () => {
    const { host, folders, send } = await createHouse()
    const inside = join(folders.usr, 'fifo')
    const outside = join(host, 'fifo')
    execFileSync('mkfifo', [inside, outside])
    await symlink(outside, join(folders.usr, 'out-fifo'))
    // Who writes to a FIFO waits until somebody opens it, and then has lost what it writes if nobody reads.
    const writers = [inside, outside].map((fifo) =>
      promisify(execFile)('sh', ['-c', 'printf kept > "$1"', 'sh', fifo]),
    )
    const socket = net.createServer().listen(join(folders.usr, 'socket'))
    onTestFinished(() => void socket.close())
    await expect.poll(() => socket.listening).toBe(true)
    for (const name of ['fifo', 'out-fifo', 'socket']) {
      expect(await send(`wxfile://usr/${name}`)).toEqual(denied)
    }
    expect(await readFile(inside, 'utf8')).toBe('kept')
    expect(await readFile(outside, 'utf8')).toBe('kept')
    await Promise.all(writers)
  })

  it.each(['null', 'zero', 'random', 'full', 'stdin', 'fd/0'])(
    'U-10 a device fails, though it lies inside: %s',
    async (name) => {
      const server = await startRawServer()
      const wx = createWx({ sandbox: { usr: '/dev' } })
      const result = await upload(wx, { url: server.url, filePath: `wxfile://usr/${name}` })
      expect(result).toEqual(denied)
      expect(server.sockets).toHaveLength(0)
    },
  )

  it.each([
    '/proc/self/environ',
    '/proc/self/root/etc/passwd',
    '/proc/self/cwd/package.json',
    '/proc/self/fd/0',
    '/proc/self/fd',
    '/proc/self/mem',
    '/dev/fd/0',
    '/dev/stdin',
  ])('U-10 a link to %s leads out', async (target) => {
    const { folders, send } = await createHouse()
    await symlink(target, join(folders.usr, 'link'))
    expect(await send('wxfile://usr/link')).toEqual(denied)
  })

  it('U-10 U-15 a huge file without content is a file like any other: the time limit ends it', async () => {
    const { folders, wx } = await createHouse()
    const sizeBytes = 2 ** 40
    const file = await open(join(folders.usr, 'huge'), 'w')
    await file.truncate(sizeBytes)
    await file.close()
    const server = await startRawServer({ onHead: ({ socket }) => void socket.pause() })
    const option = { url: server.url, filePath: 'wxfile://usr/huge', timeout: 300 }
    expect(await upload(wx, option)).toEqual({ errMsg: 'uploadFile:fail timeout', errno: 5 })
    for (const { contentLength } of server.exchanges) {
      expect(contentLength).toBeGreaterThan(sizeBytes)
    }
  })

  it('U-10 what has been opened is sent, whatever its path leads to by then', async () => {
    const { host, folders, wx } = await createHouse()
    const path = join(folders.usr, 'a.txt')
    const server = await startRawServer()
    const ended = upload(wx, { url: server.url, filePath: 'wxfile://usr/a.txt' })
    await rename(join(folders.usr, 'out-file'), path)
    await writeFile(join(host, 'passwd'), 'secret, newer')
    await ended
    for (const { chunks } of server.exchanges) {
      expect(Buffer.concat(chunks).toString()).not.toContain('secret')
    }
  })
})

it('U-10 no path leaves a file open, whatever comes of it', async () => {
  const { folders } = await createHouse()
  const openFiles = () => readdirSync('/proc/self/fd').length
  await contentOf('wxfile://usr/a.txt', folders)
  const before = openFiles()
  const paths = ['a.txt', 'missing', 'deep', 'out-file', 'out-nowhere', 'loop', '', '..']
  for (const path of paths) await contentOf(`wxfile://usr/${path}`, folders)
  await expect.poll(openFiles).toBeLessThanOrEqual(before)
})

describe('while a program puts links in place of files and takes them away again', () => {
  it.each([
    ['a folder on the way', 'deep', 'deep/b.txt', 'secrets/deep'],
    ['the file itself', 'a.txt', 'a.txt', 'passwd'],
  ])('U-10 nothing outside is read: %s', async (_what, swapped, path, target) => {
    const { host, folders } = await createHouse()
    const name = join(folders.usr, swapped)
    await symlink(join(host, target), `${name}.link`)
    const worker = new Worker(
      `const { renameSync } = require('node:fs')
       const { workerData: name } = require('node:worker_threads')
       for (;;) {
         renameSync(name, name + '.parked')
         renameSync(name + '.link', name)
         renameSync(name, name + '.link')
         renameSync(name + '.parked', name)
       }`,
      { eval: true, workerData: name },
    )
    onTestFinished(async () => void (await worker.terminate()))
    const seen = new Map<string, number>()
    const isEnough = () => (seen.get('sandbox') ?? 0) > 20 && seen.size > 1
    for (let count = 0; count < 20_000 && !(count > 500 && isEnough()); count += 1) {
      const content = await contentOf(`wxfile://usr/${path}`, folders)
      seen.set(content, (seen.get(content) ?? 0) + 1)
    }
    const inside = path.startsWith('deep') ? 'inside b.txt' : 'inside a.txt'
    const allowed = new Set([inside, 'sandbox', 'file-not-found'])
    expect([...seen.keys()].filter((content) => !allowed.has(content))).toEqual([])
    expect([...seen.keys()]).toEqual(expect.arrayContaining([inside, 'sandbox']))
  })
})
