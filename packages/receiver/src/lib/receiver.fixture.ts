import { readdirSync, readlinkSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer as createHttpServer, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { createDiskStorage } from '../fs.ts'
import {
  createReceiver,
  deferContinue,
  type FileAnswer,
  type Receiver,
  type ReceiverOptions,
  type UploadFields,
} from '../index.ts'

/** A folder of its own for one test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wx-upload-receiver-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** One line that the receiver logged. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

export interface RunningReceiver {
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly receiver: Receiver
  readonly server: Server
  readonly lines: readonly LogLine[]
}

/** A receiver in a `node:http` server on a free port, on a disk storage in a temporary folder. */
export async function startReceiver(
  options: Partial<ReceiverOptions> = {},
): Promise<RunningReceiver> {
  const folder = await temporaryFolder()
  const lines: LogLine[] = []
  const storage = createDiskStorage(folder, { durability: 'none' })
  const receiver = createReceiver({ storage, log: collectLog(lines), ...options })
  await storage.open()
  const server = createHttpServer(receiver)
  deferContinue(server)
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port}`, port, folder, receiver, server, lines }
}

export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve)
  })
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

function collectLog(lines: LogLine[]): NonNullable<ReceiverOptions['log']> {
  const write = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields: { ...fields }, message })
  }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

/** How `expect.poll` waits. */
export const patiently = { timeout: 30_000, interval: 5 }

/** Waits until a condition holds; fails after half a minute with what it was. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + patiently.timeout
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within half a minute: ${what}`)
    await delay(patiently.interval)
  }
}

/** Whether a number stays the same for a while. */
export async function isStill(read: () => number): Promise<boolean> {
  const before = read()
  await delay(200)
  return read() === before
}

export const formBoundary = 'boundary-of-a-test'
export const contentType = `multipart/form-data; boundary=${formBoundary}`

export interface TestPart {
  readonly name: string
  readonly fileName?: string
  readonly type?: string
  /** Further header lines, each ending in CR LF. */
  readonly headers?: string
  readonly body?: string | Uint8Array
}

/** A multipart body, written by hand. */
export function multipartBody(parts: readonly TestPart[]): Buffer {
  return Buffer.concat([...parts.map(formatPart), Buffer.from(`--${formBoundary}--\r\n`)])
}

/** One part, and no end: what a body that breaks off begins with. */
export function formatPart({ name, fileName, type, headers = '', body = '' }: TestPart): Buffer {
  const disposition = `form-data; name="${name}"${fileName === undefined ? '' : `; filename="${fileName}"`}`
  const typeLine = type === undefined ? '' : `Content-Type: ${type}\r\n`
  return Buffer.concat([
    Buffer.from(
      `--${formBoundary}\r\nContent-Disposition: ${disposition}\r\n${typeLine}${headers}\r\n`,
    ),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ])
}

/** What answers of a receiver hold; a test reads what the answer at hand has. */
export interface AnswerBody {
  readonly id: string
  readonly receivedAt: string
  readonly files: readonly [FileAnswer, ...FileAnswer[]]
  readonly fields: UploadFields
  readonly uploads: readonly [AnswerBody, ...AnswerBody[]]
  readonly next: string | null
  readonly type: string
  readonly detail: string
}

export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: AnswerBody
}

/** Posts parts to a receiver's `/upload`. */
export async function post(url: string, parts: readonly TestPart[]): Promise<JsonAnswer> {
  return readJson(
    await fetch(`${url}/upload`, {
      method: 'POST',
      headers: { 'Content-Type': contentType },
      body: multipartBody(parts),
    }),
  )
}

export async function get(url: string): Promise<JsonAnswer> {
  return readJson(await fetch(url))
}

export async function readJson(response: Response): Promise<JsonAnswer> {
  const body: AnswerBody = JSON.parse(await response.text())
  return { status: response.status, headers: response.headers, body }
}

/** A client below HTTP. */
export class RawClient {
  readonly socket: Socket
  #received = ''
  #closed = false
  #error: Error | undefined

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect(port, host)
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => {
      this.#received += text
    })
    this.socket.on('error', (error) => {
      this.#error = error
    })
    this.socket.on('close', () => {
      this.#closed = true
    })
    onTestFinished(() => {
      this.socket.destroy()
    })
  }

  get received(): string {
    return this.#received
  }

  get isClosed(): boolean {
    return this.#closed
  }

  get error(): Error | undefined {
    return this.#error
  }

  send(data: string | Uint8Array): void {
    this.socket.write(data)
  }

  /** Sends the head of an upload. */
  sendHead(headers: Readonly<Record<string, string | number>>): void {
    const lines = Object.entries({ Host: 'localhost', 'Content-Type': contentType, ...headers })
    this.send(
      `POST /upload HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    )
  }
}

/** Everything below a receiver's folder that is no folder, and everything half-done, as relative paths. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}

/** Bytes of a file of which some are in a folder before its upload has come whole. */
export const writtenAhead = 1_500_000

/** Half-done uploads of all servers on a folder. */
export async function halfDone(folder: string): Promise<string[]> {
  const incoming = join(folder, '.incoming')
  const owners = await readdir(incoming).catch(() => [])
  const folders = await Promise.all(
    owners.map((owner) => readdir(join(incoming, owner)).catch(() => [])),
  )
  return folders.flat()
}

/** How many files below a folder this process has open. */
export function openFilesBelow(folder: string): number {
  return descriptorsBelow(folder).length
}

/** The descriptors of the files below a folder that this process has open; as Linux tells it. */
export function descriptorsBelow(folder: string): number[] {
  const open = readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder)
    } catch {
      // Closed since.
      return false
    }
  })
  return open.map(Number)
}
