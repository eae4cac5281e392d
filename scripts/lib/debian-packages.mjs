// @ts-check
import { existsSync } from 'node:fs'
import { runQuietly } from './command.mjs'

/** Whether programs can be installed unasked: as root, where apt-get is. */
export function canInstallPackages() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

/**
 * Installs Debian packages, and shows what apt-get says where it fails.
 *
 * @param {readonly string[]} packages
 * @returns {Promise<boolean>} whether they are there now.
 */
export async function installPackages(packages) {
  process.stderr.write(`Installing ${packages.join(' ')} (apt-get), once …\n`)
  const update = await aptGet('update')
  const install = await aptGet('install', '--yes', '--no-install-recommends', ...packages)
  if (install.code === 0) return true
  process.stderr.write(update.output + install.output)
  return false
}

/** @param {...string} args */
function aptGet(...args) {
  return runQuietly(['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--quiet', ...args])
}
