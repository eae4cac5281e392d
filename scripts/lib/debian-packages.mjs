// @ts-check
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { runQuietly } from './command.mjs'

// Debian starts the servers that a package brings, and asks this program first; 101 is a no.
const servicePolicy = '/usr/sbin/policy-rc.d'
const noService = '#!/bin/sh\nexit 101\n'

/** Whether programs can be installed unasked: as root, where apt-get is. */
export function canInstallPackages() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
}

/**
 * Installs Debian packages without starting a server that one brings, and shows what apt-get says where it fails.
 *
 * @param {readonly string[]} packages
 * @returns {Promise<boolean>} whether they are there now.
 */
export async function installPackages(packages) {
  process.stderr.write(`Installing ${packages.join(' ')} (apt-get), once …\n`)
  const update = await aptGet('update')
  const install = await withoutServices(() =>
    aptGet('install', '--yes', '--no-install-recommends', ...packages),
  )
  if (install.code === 0) return true
  process.stderr.write(update.output + install.output)
  return false
}

/**
 * @template T
 * @param {() => Promise<T>} install
 */
async function withoutServices(install) {
  if (existsSync(servicePolicy)) return install()
  writeFileSync(servicePolicy, noService, { mode: 0o755 })
  try {
    return await install()
  } finally {
    rmSync(servicePolicy)
  }
}

/** @param {...string} args */
function aptGet(...args) {
  // Somebody else may be installing something.
  const options = ['--quiet', '--option=DPkg::Lock::Timeout=120']
  return runQuietly(['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...options, ...args])
}
