import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const startDeadlineMs = 30_000
const pollMs = 50

/** A program that runs until it is stopped. */
export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

/** The path of a file beside this one. */
export function suiteFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

/** Compiles a Go program of one file, and keeps everything that this takes in the folder. Returns its path. */
export async function buildGoProgram(source: string, folder: string): Promise<string> {
  const program = path.join(folder, path.basename(source, '.go'))
  // The modules of Go are switched off: the program needs the standard library alone.
  const env = { ...process.env, GO111MODULE: 'off', GOCACHE: path.join(folder, 'go-cache') }
  await run('go', ['build', '-o', program, source], { env })
  return program
}

/** Starts a server that prints its port first. */
export async function startServer(
  program: string,
  args: readonly string[] = [],
): Promise<RunningServer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = await Promise.race([
    once(child.stdout.setEncoding('utf8'), 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${program} ended with ${code} instead of printing its port`)
    }),
  ])
  return { url: `http://127.0.0.1:${Number(line)}/upload`, stop: () => stop(child) }
}

/** Starts PHP's own server, which is told its port. */
export async function startPhpServer(script: string): Promise<RunningServer> {
  const port = await findFreePort()
  const child = spawn('php', ['-S', `127.0.0.1:${port}`, script], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}/upload`
  const deadline = AbortSignal.timeout(startDeadlineMs)
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`php -S ended with ${child.exitCode}`)
    await setTimeout(pollMs, undefined, { signal: deadline })
  }
  return { url, stop: () => stop(child) }
}

/** Runs a client program to its end. Returns what it prints. */
export async function runClient(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, args)
  return stdout
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill()
  await exited
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('the system gave no port')
  return address.port
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { method: 'HEAD' })).text()
    return true
  } catch {
    return false
  }
}
