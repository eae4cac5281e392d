// @ts-check
import path from 'node:path'
import { runQuietly } from '../command.mjs'
import { ScriptError } from '../script-error.mjs'

/**
 * Runs a program of Ceph's to its end.
 *
 * @param {string} folder of the cluster.
 * @param {import('../command.mjs').Command} command without the configuration.
 * @returns {Promise<string>} what it printed.
 */
export async function runCephProgram(folder, [program, ...args]) {
  const configuration = ['--conf', path.join(folder, 'ceph.conf')]
  const { code, output } = await runQuietly([program, ...configuration, ...args])
  if (code === 0) return output
  throw new ScriptError(`${[program, ...args].join(' ')} ended with code ${code}: ${output}`)
}
