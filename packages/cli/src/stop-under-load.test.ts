import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once, setMaxListeners } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import http from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTempFolder, startCommand } from './command.fixture.ts'

const running = 50
const arriving = 5
const pieceBytes = 16 * 1024

interface Server {
  readonly child: ChildProcess
  readonly url: string
  readonly folder: string
}

/** How an upload ended, as its client sees it. */
interface Outcome {
  readonly status: number | undefined
  /** Of the stored upload. */
  readonly id: string | undefined
  readonly sha256: string
}

const servers: readonly (readonly [name: string, start: (graceMs: number) => Promise<Server>])[] = [
  ['wx-upload serve', startServe],
  ['a receiver in node:http', startMounted],
]

// Each test starts a Node.js and sends it 50 files.
describe.each(servers)('R-10 SIGTERM under load, to %s', { timeout: 120_000 }, (_name, start) => {
  it('loses nothing: what ran finishes, what is answered is stored, and nothing else is', async () => {
    const { child, url, folder } = await start(60_000)
    const exited = once(child, 'exit')
    const signal = new AbortController()
    setMaxListeners(0, signal.signal)
    const uploads = Array.from({ length: running }, (_, index) =>
      beginUpload(url, { size: 1000 + index * index * 1000, until: signal.signal }),
    )
    await Promise.all(uploads.map(({ isUnderWay }) => isUnderWay))
    const arrived: Outcome[] = []
    const others = Array.from({ length: arriving }, () => uploadUntilRefused(url, arrived))
    await expect.poll(() => arrived.length, { timeout: 30_000 }).toBeGreaterThan(arriving * 2)
    child.kill('SIGTERM')
    signal.abort()
    const finished = await Promise.all(uploads.map(({ outcome }) => outcome))
    await Promise.all(others)
    expect(await exited).toEqual([0, null])
    expect(finished.map(({ status }) => status)).toEqual(Array(running).fill(200))
    const succeeded = [...finished, ...arrived].filter(({ status }) => status === 200)
    expect(arrived.filter(({ status }) => status !== 200)).toHaveLength(arriving)
    expect(await storedFiles(folder)).toEqual(
      new Map(succeeded.map(({ id = '', sha256 }) => [id, sha256])),
    )
    expect(await halfDone(folder)).toEqual([])
  })

  it('gives clients that take too long 503, and leaves nothing of theirs', async () => {
    const { child, url, folder } = await start(500)
    const exited = once(child, 'exit')
    const never = new AbortController()
    const stuck = beginUpload(url, { size: 2_000_000, until: never.signal })
    await stuck.isUnderWay
    child.kill('SIGTERM')
    const { status } = await stuck.outcome
    expect(status).toBe(503)
    expect(await exited).toEqual([0, null])
    expect(await storedFiles(folder)).toEqual(new Map())
    expect(await halfDone(folder)).toEqual([])
  })
})

describe('R-10 a second signal', { timeout: 60_000 }, () => {
  it('ends what is under way without its time', async () => {
    const { child, url, folder, untilStderr } = await startServe(3_600_000)
    const exited = once(child, 'exit')
    const stuck = beginUpload(url, { size: 2_000_000, until: new AbortController().signal })
    await stuck.isUnderWay
    child.kill('SIGTERM')
    await untilStderr(/What is under way has 3600 s to finish/)
    child.kill('SIGTERM')
    expect((await stuck.outcome).status).toBe(503)
    expect(await exited).toEqual([0, null])
    expect(await halfDone(folder)).toEqual([])
  })
})

/** Begins an upload, piece by piece, whose last piece is sent when `until` aborts. */
function beginUpload(
  url: string,
  { size, until }: { size: number; until: AbortSignal },
): { isUnderWay: Promise<unknown>; outcome: Promise<Outcome> } {
  const { body, sha256, headers } = createForm(size)
  const request = http.request(`${url}/upload`, {
    method: 'POST',
    agent: false,
    // The server says so when it begins to read.
    headers: { ...headers, Expect: '100-continue' },
  })
  const isUnderWay = once(request, 'continue')
  request.flushHeaders()
  void isUnderWay.then(() => sendSlowly(request, { body, until })).catch(() => undefined)
  return { isUnderWay, outcome: outcomeOf(request, sha256) }
}

async function sendSlowly(
  request: http.ClientRequest,
  { body, until }: { body: Buffer; until: AbortSignal },
): Promise<void> {
  const last = body.length - 100
  for (let start = 0; start < last && !request.destroyed; start += pieceBytes) {
    request.write(body.subarray(start, Math.min(start + pieceBytes, last)))
    await delay(1)
  }
  if (!until.aborted) await once(until, 'abort')
  request.end(body.subarray(last))
}

/** Sends one small upload after the other by one connection, until nobody is there. */
async function uploadUntilRefused(url: string, outcomes: Outcome[]): Promise<void> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  for (;;) {
    const { body, sha256, headers } = createForm(5000)
    const request = http.request(`${url}/upload`, { method: 'POST', agent, headers })
    request.end(body)
    const outcome = await outcomeOf(request, sha256)
    outcomes.push(outcome)
    if (outcome.status !== 200) return
  }
}

async function outcomeOf(request: http.ClientRequest, sha256: string): Promise<Outcome> {
  try {
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    const answer = JSON.parse(await text(response)) as { id?: string }
    // Whoever is refused goes on sending for a while, and is cut off then.
    request.on('error', () => undefined)
    if (response.statusCode !== 200) request.destroy()
    return { status: response.statusCode, id: answer.id, sha256 }
  } catch {
    return { status: undefined, id: undefined, sha256 }
  }
}

function createForm(size: number) {
  const content = randomBytes(size)
  const body = Buffer.concat([
    Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="file.bin"\r\n\r\n'),
    content,
    Buffer.from('\r\n--b--\r\n'),
  ])
  const headers = {
    'Content-Type': 'multipart/form-data; boundary=b',
    'Content-Length': body.length,
  }
  return { body, headers, sha256: createHash('sha256').update(content).digest('hex') }
}

/** The checksum of each file that is there, by the id of its upload. */
async function storedFiles(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(({ name }) => name === 'file.bin')
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }): Promise<[string, string]> => {
        const content = await readFile(path.join(parentPath, name))
        return [path.basename(parentPath), createHash('sha256').update(content).digest('hex')]
      }),
    ),
  )
}

async function halfDone(folder: string): Promise<string[]> {
  const owners = await readdir(path.join(folder, '.incoming'))
  const names = await Promise.all(
    owners.map((owner) => readdir(path.join(folder, '.incoming', owner))),
  )
  return names.flat()
}

async function startServe(graceMs: number) {
  const folder = await createTempFolder()
  const args = ['serve', folder, '--port', '0', '--grace', `${graceMs}ms`]
  const { child, untilStderr } = startCommand(args)
  const [, url = ''] = await untilStderr(/Listening on (\S+)/)
  await untilStderr(/Ctrl-C stops it\.\n/)
  return { child, url, folder, untilStderr }
}

/** The program of the receiver's README. */
const mounted = `
import { createServer } from 'node:http'
import { createReceiver, deferContinue } from '@wx-upload/receiver'
import { createDiskStorage } from '@wx-upload/receiver/fs'

const receiver = createReceiver({ storage: createDiskStorage(process.argv[1]) })
const server = createServer(receiver)
deferContinue(server)
process.once('SIGTERM', async () => {
  server.close()
  await receiver.close({ graceMs: Number(process.argv[2]) })
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

async function startMounted(graceMs: number): Promise<Server> {
  const folder = await createTempFolder()
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', mounted, folder, String(graceMs)],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [port] = await once(child.stdout, 'data')
  return { child, url: `http://127.0.0.1:${String(port).trim()}`, folder }
}
