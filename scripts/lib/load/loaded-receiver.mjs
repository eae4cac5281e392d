// @ts-check
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tool } from '../command.mjs'
import { ScriptError } from '../script-error.mjs'
import { readProcessUsage } from './process-usage.mjs'

/**
 * Where a receiver keeps uploads.
 *
 * @typedef {object} Place
 * @property {readonly string[]} args of `wx-upload serve`.
 * @property {Readonly<Record<string, string>>} env
 */

/** `wx-upload serve`, as it is built, in a process of its own. */
export class LoadedReceiver {
  /** @type {import('node:child_process').ChildProcess} */
  #child

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} url
   */
  constructor(child, url) {
    this.#child = child
    this.url = url
  }

  get usage() {
    return readProcessUsage(this.#child.pid ?? 0)
  }

  /** Milliseconds that its event loop was late, at the 99th percentile since this was asked last; undefined where it has no metrics. */
  async readLoopDelayMs() {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    const [, seconds] = /^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(text) ?? []
    return seconds === undefined ? undefined : Number(seconds) * 1000
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#child.kill('SIGTERM')
    await once(this.#child, 'close')
  }
}

/**
 * Starts a receiver at a free port of 127.0.0.1; resolves when it listens.
 *
 * @param {Place} place
 * @param {{ maxUploads: number }} options
 */
export async function startLoadedReceiver({ args, env }, { maxUploads }) {
  const options = ['--port', '0', '--log', 'json', '--max-uploads', String(maxUploads)]
  const [program, ...all] = tool('wx-upload', 'serve', ...args, ...options)
  const child = spawn(program, all, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  /** @type {string} */
  const url = await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      const [, found] = /Listening on (\S+)[^]*Ctrl-C/.exec(output) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once('error', reject)
    child.once('close', () => reject(new ScriptError(`The receiver ended: ${output}`)))
  })
  return new LoadedReceiver(child, url)
}
