// @ts-check
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * A program to run and its arguments.
 *
 * @typedef {readonly [program: string, ...args: string[]]} Command
 */

/**
 * The command that runs an installed package's program with this Node.js: no shell and no `.cmd` file, so it is the
 * same on every system.
 *
 * @param {string} packageName
 * @param {...string} args
 * @returns {Command}
 */
export function tool(packageName, ...args) {
  const folder = path.join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const [script] = Object.values(bin)
  return [process.execPath, path.join(folder, script), ...args]
}

/**
 * The command that runs npm: the one that started this script, if it was npm.
 *
 * @param {...string} args
 * @returns {Command}
 */
export function npm(...args) {
  const npmCli = process.env.npm_execpath
  return npmCli?.endsWith('npm-cli.js') ? [process.execPath, npmCli, ...args] : ['npm', ...args]
}

/**
 * Runs a command in the checkout and collects what it prints, on both streams, in order.
 *
 * @param {Command} command
 * @param {{ onOutput?: (text: string) => void }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuietly(command, options = {}) {
  const child = start(command, ['ignore', 'pipe', 'pipe'])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
      options.onOutput?.(text)
    })
  }
  return exitCode(child).then((code) => ({ code, output }))
}

/**
 * Runs a command in the checkout with this script's own terminal.
 *
 * @param {Command} command
 */
export function runVisibly(command) {
  return exitCode(start(command, 'inherit'))
}

/**
 * @param {Command} command
 * @param {import('node:child_process').StdioOptions} stdio
 */
export function start([program, ...args], stdio) {
  // Windows runs npm, which is a .cmd file there, through its shell only.
  const shell = process.platform === 'win32' && program === 'npm'
  return spawn(program, args, { cwd: root, stdio, shell })
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
export function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
