// @ts-check
// This file and the entries that import it have to parse on the Node.js versions they turn away:
// everything newer waits behind the import() in the entry.
import { readFileSync } from 'node:fs'

/**
 * Runs a script's task where Node.js is new enough, and says in one sentence why it cannot or did not run.
 *
 * @param {() => Promise<number>} task resolves with the exit code.
 */
export async function runOnSupportedNode(task) {
  const rootPackage = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const needed = JSON.parse(rootPackage).engines.node.replace('>=', '')
  if (isOlder(process.versions.node, needed)) {
    fail(
      `This project needs Node.js ${needed} or newer, and this is Node.js ${process.versions.node}: ` +
        'install a newer one from https://nodejs.org.',
    )
    return
  }
  try {
    process.exitCode = await task()
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ScriptError') throw error
    fail(error.message)
  }
}

/**
 * @param {string} version
 * @param {string} minimum
 */
function isOlder(version, minimum) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = minimum.split('.').map(Number)
  return major < leastMajor || (major === leastMajor && minor < leastMinor)
}

/** @param {string} sentence */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exitCode = 1
}
