// @ts-check
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { readProcessUsage } from '../../scripts/lib/load/process-usage.mjs'
import { compiledProgram } from './compiled-programs.mjs'
import { benchFolder } from './peers.mjs'

/** @typedef {import('./workbench.mjs').Workbench} Workbench */
/** @typedef {import('../../scripts/lib/command.mjs').Command} Command */

/** How many bytes of what a process prints an error quotes. */
const quotedLength = 500

/**
 * The command that runs a program of `programs/` with this Node.js.
 *
 * @param {string} name
 * @param {...string} args
 * @returns {Command}
 */
export function nodeProgram(name, ...args) {
  return [process.execPath, path.join(benchFolder, 'programs', `${name}.mjs`), ...args]
}

/**
 * What a process was, from its start to its end.
 *
 * @typedef {{ wallSeconds: number, cpuSeconds: number, peakBytes: number, output: string }} MeasuredRun
 */

/**
 * Runs a command to its end, as a child of `measured-run`; rejects where it fails.
 *
 * @param {Workbench} bench
 * @param {Command} command
 * @returns {Promise<MeasuredRun>}
 */
export async function runMeasured(bench, command) {
  const child = spawn(await compiledProgram(bench, 'measured-run'), command, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const [output, errors, usage, [code]] = await Promise.all([
    text(readable(child.stdout)),
    text(readable(child.stderr)),
    text(readable(child.stdio[3])),
    once(child, 'close'),
  ])
  if (code !== 0)
    throw new Error(`${command.join(' ')} ended with ${code}: ${errors.slice(-quotedLength)}`)
  const [wallSeconds = 0, cpuSeconds = 0, peakBytes = 0] = usage.trim().split(' ').map(Number)
  return { wallSeconds, cpuSeconds, peakBytes, output }
}

/** @param {unknown} stream */
function readable(stream) {
  return /** @type {import('node:stream').Readable} */ (stream)
}

/** A server in a process of its own, that prints the port at which it listens. */
export class ServerProcess {
  #child
  /** All that it has printed. */
  output = ''
  port = 0

  /** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child */
  constructor(child) {
    this.#child = child
  }

  /**
   * Starts a server; resolves when it listens.
   *
   * @param {Workbench} bench
   * @param {Command} command
   */
  static async start(bench, [program, ...args]) {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const server = new ServerProcess(child)
    bench.onClose(() => server.stop())
    await server.#listening()
    return server
  }

  get usage() {
    return readProcessUsage(this.#child.pid ?? 0)
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'close')
  }

  async #listening() {
    const child = this.#child
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ some) => (errors += some))
    await new Promise((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ some) => {
        this.output += some
        if (this.port === 0 && this.output.includes('\n')) {
          this.port = Number.parseInt(this.output, 10)
          resolve(undefined)
        }
      })
      child.once('error', reject)
      child.once('close', () =>
        reject(new Error(`the server ended: ${errors.slice(-quotedLength)}`)),
      )
    })
  }
}
