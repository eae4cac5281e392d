import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const bin = fileURLToPath(new URL('../bin/wx-upload.js', import.meta.url))
// What would colour the output, choose the port of a test, or say how the command was called.
const {
  FORCE_COLOR: _color,
  NO_COLOR: _noColor,
  PORT: _port,
  npm_command: _npm,
  ...environment
} = process.env

/** How a command ended and what it printed. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves with the first match in what was printed to stderr; rejects when the command ends without it. */
  untilStderr(pattern: RegExp): Promise<RegExpExecArray>
}

/** What a command runs with. */
export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Record<string, string>
  /** What comes from standard input, which null leaves open. Default: nothing. */
  readonly stdin?: string | null
}

/** Starts the built `wx-upload`. It is stopped when the test ends. */
export function startCommand(args: readonly string[], options: CommandOptions = {}): Running {
  return startProgram(process.execPath, [bin, ...args], options)
}

/** Runs a line that was typed or pasted into bash, which finds the built `wx-upload` by its name. */
export function runLine(line: string, options: CommandOptions = {}): Promise<Ended> {
  const command = `wx-upload() { "${process.execPath}" "${bin}" "$@"; }`
  return startProgram('bash', ['-c', `${command}\n${line}`], options).ended
}

function startProgram(program: string, args: readonly string[], options: CommandOptions): Running {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...environment, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  if (options.stdin !== null) child.stdin.end(options.stdin)
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  const ended = Promise.all([once(child, 'close'), text(child.stdout)]).then(([, stdout]) => ({
    code: child.exitCode,
    stdout,
    stderr,
  }))
  return {
    child,
    ended,
    async untilStderr(pattern) {
      for (;;) {
        const match = pattern.exec(stderr)
        if (match) return match
        const more = await Promise.race([once(child.stderr, 'data'), ended.then(() => undefined)])
        if (!more) throw new Error(`wx-upload ended without ${pattern} on stderr:\n${stderr}`)
      }
    },
  }
}

/** Runs the built `wx-upload` to its end. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return startCommand(args, options).ended
}

/** Starts a server of the test's own; it ends with the test. Returns its address. */
export async function startHttpServer(listener: http.RequestListener): Promise<string> {
  const server = http.createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A new folder that is gone when the test is over. */
export async function createTempFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** All items of a sequence. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const collected: Item[] = []
  for await (const item of items) collected.push(item)
  return collected
}
