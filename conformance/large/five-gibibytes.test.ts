import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const command = fileURLToPath(new URL('../../packages/cli/bin/wx-upload.js', import.meta.url))
const gibibyte = 1024 ** 3
const sizeBytes = 5 * gibibyte
const mostMemoryBytes = 120 * 1000 * 1000

let folder: string
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wx-upload-large-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

it('U-15 R-05 put sends 5 GiB into serve: the same sha256, each under 120 MB of memory', async () => {
  const file = join(folder, 'large.bin')
  const sha256 = await writeLargeFile(file)
  const server = run([
    'serve',
    join(folder, 'uploads'),
    '--port',
    '0',
    '--max-file-size',
    '6GB',
    '--log',
    'json',
  ])
  const url = await textOf(server.stderr, /Listening on (\S+)/)

  const put = run(['put', file, `${url}/upload`, '--timeout', '600000'])
  const [answer, putPeak] = await Promise.all([readAll(put.stdout), peakUntilExit(put)])
  const serverPeak = await peakMemory(server)

  expect(JSON.parse(answer)).toMatchObject({
    files: [{ field: 'file', name: 'large.bin', size: sizeBytes, sha256 }],
  })
  console.log(`peak memory: put ${megabytes(putPeak)}, serve ${megabytes(serverPeak)}`)
  expect(putPeak).toBeLessThan(mostMemoryBytes)
  expect(serverPeak).toBeLessThan(mostMemoryBytes)
})

/** Writes a file with holes and with random bytes at its ends and where 32-bit numbers end. Returns its sha256. */
async function writeLargeFile(path: string): Promise<string> {
  const handle = await open(path, 'w')
  const block = 64 * 1024
  for (const middle of [block / 2, 2 ** 31, 2 ** 32, sizeBytes - block / 2]) {
    await handle.write(randomBytes(block), 0, block, middle - block / 2)
  }
  await handle.close()
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash)
  return hash.digest('hex')
}

function run(args: readonly string[]) {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return child
}

async function textOf(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += String(chunk)
    const [, found] = pattern.exec(text) ?? []
    if (found !== undefined) {
      stream.resume()
      return found
    }
  }
  throw new Error(`${pattern} did not come in ${JSON.stringify(text)}`)
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

/** The most memory that a process has held until it exits, looked at every 100 ms. */
async function peakUntilExit(child: ChildProcess): Promise<number> {
  let peak = 0
  const timer = setInterval(() => {
    peakMemory(child).then(
      (bytes) => (peak = Math.max(peak, bytes)),
      () => undefined,
    )
  }, 100)
  await new Promise((resolve) => child.once('exit', resolve))
  clearInterval(timer)
  return peak
}

/** The high-water mark of a process's resident memory, in bytes, as Linux keeps it. */
async function peakMemory(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
