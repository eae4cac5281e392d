import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const maxOutputBytes = 64 * 1024 * 1024
// The tests decide on the port and the colours.
const { PORT: _port, FORCE_COLOR: _color, NO_COLOR: _noColor, ...environment } = process.env

/** A folder and variables to run a program with. */
export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** A program that runs. */
export interface RunningProgram {
  readonly child: ChildProcess
  /** What it has printed so far, on both streams. */
  output(): string
  /** Resolves with the first match in what it prints; rejects when it ends without one. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  /** Stops it, if it still runs. Resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Runs a program to its end. Resolves with its standard output; rejects when it fails. */
export async function run(
  program: string,
  args: readonly string[],
  { cwd, env }: RunOptions,
): Promise<string> {
  const options = { cwd, env: { ...environment, ...env }, maxBuffer: maxOutputBytes }
  return (await execute(program, args, options)).stdout
}

/** Starts a program. */
export function start(
  program: string,
  args: readonly string[],
  { cwd, env }: RunOptions,
): RunningProgram {
  const child = spawn(program, args, {
    cwd,
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  return {
    child,
    output: () => output,
    async until(pattern) {
      for (;;) {
        const match = pattern.exec(output)
        if (match) return match
        const data = [once(child.stdout, 'data'), once(child.stderr, 'data')]
        const isOver = await Promise.race([...data, closed.then(() => 'closed' as const)])
        if (isOver === 'closed' && !pattern.test(output)) {
          throw new Error(`${program} ended without printing ${pattern}:\n${output}`)
        }
      }
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      await closed
      return child.exitCode
    },
  }
}

/** The path of a Node.js of this major version, which the npm package `node` brings. */
export async function findNode(major: number, cwd: string): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const args = ['--yes', `--package=node@${major}`, '--', 'node', '--print', 'process.execPath']
  return (await run('npx', args, { cwd })).trim()
}
