// @ts-check
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('generator.mjs', import.meta.url))

/** @typedef {import('./generate-load.mjs').LoadJob} LoadJob */
/** @typedef {import('./generate-load.mjs').LoadResult} LoadResult */

/** A load generator in a process of its own. */
export class GeneratorProcess {
  #child = fork(program)
  /** @type {Promise<LoadResult>} */
  #result
  /** Resolves when its connections are open. */
  opened

  /** @param {LoadJob} job */
  constructor(job) {
    const child = this.#child
    this.opened = once(child, 'message')
    this.#result = new Promise((resolve, reject) => {
      child.on('message', (/** @type {LoadResult | 'opened'} */ message) => {
        if (message !== 'opened') resolve(message)
      })
      child.once('error', reject)
      child.once('close', (code) => reject(new Error(`the load generator ended with ${code}`)))
    })
    // Whoever wants it finds out.
    this.#result.catch(() => {})
    child.send(job)
  }

  /** Resolves with what came of its job. */
  get result() {
    return this.#result
  }

  /** Lets go of idle connections. */
  async stop() {
    this.#child.send('stop')
    return await this.#result
  }
}

/**
 * Runs a job to its end, in a process of its own.
 *
 * @param {LoadJob} job
 */
export function runGenerator(job) {
  return new GeneratorProcess(job).result
}
