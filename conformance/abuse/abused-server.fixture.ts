import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerOptions } from '@wx-upload/receiver/server'
import { onTestFinished } from 'vitest'

const built = (file: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../../packages/receiver/dist/${file}`, import.meta.url)))

// What was measured since the last time it was asked for.
const program = `
  import { monitorEventLoopDelay } from 'node:perf_hooks'
  import { createServer } from ${built('server.js')}
  import { createDiskStorage } from ${built('fs.js')}
  const { folder, ...options } = JSON.parse(process.argv[1])
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent', ...options })
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  let peakBytes = 0
  setInterval(() => { peakBytes = Math.max(peakBytes, process.memoryUsage.rss()) }, 50)
  process.on('message', () => {
    process.send({ peakBytes, delayMs: delay.percentile(99) / 1e6 })
    peakBytes = 0
    delay.reset()
  })
  process.send((await server.listen()).port)
`

/** What a server says of itself. */
export interface Strain {
  /** The most memory that it had. */
  readonly peakBytes: number
  /** How late its event loop was, in milliseconds, in all but the worst hundredth. */
  readonly delayMs: number
}

/** A server in a process of its own, as it is built. */
export interface AbusedServer {
  readonly port: number
  readonly folder: string
  /** What was measured since it was last asked for. */
  strain(): Promise<Strain>
}

/** Starts the server; it ends with the test. */
export async function startServer(
  options: Omit<Partial<ServerOptions>, 'storage' | 'log'> = {},
): Promise<AbusedServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-abuse-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', program, JSON.stringify({ folder, ...options })],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  })
  const [port] = await once(child, 'message')
  return {
    port: Number(port),
    folder,
    async strain() {
      child.send('strain')
      const [strain] = await once(child, 'message')
      return strain
    },
  }
}

const sizeBytes = 4 * 1024 * 1024
const boundary = 'somebody-else'
const body = Buffer.concat([
  Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="f"; filename="f.bin"\r\n\r\n`,
  ),
  Buffer.alloc(sizeBytes, 'somebody else'),
  Buffer.from(`\r\n--${boundary}--\r\n`),
])
const uploadsAtOnce = 2
const uploadsEach = 10

/** Uploads as everybody does, two files at a time. Resolves with bytes a second; rejects where one is not taken. */
export async function measureUploads({ port }: AbusedServer): Promise<number> {
  const agent = new Agent({ keepAlive: true })
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: uploadsAtOnce }, async () => {
      for (let count = 0; count < uploadsEach; count += 1) await upload(port, agent)
    }),
  )
  agent.destroy()
  return (uploadsAtOnce * uploadsEach * sizeBytes * 1000) / (performance.now() - startedAt)
}

function upload(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/upload',
        headers: {
          'Content-Type': `multipart/form-data; boundary=${boundary}`,
          'Content-Length': body.length,
        },
      },
      (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 200) resolve()
          else reject(new Error(`an upload was answered with ${response.statusCode}`))
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
