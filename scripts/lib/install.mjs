// @ts-check
import { accessSync, constants, readFileSync } from 'node:fs'
import path from 'node:path'
import { npm, root, runQuietly } from './command.mjs'
import { ScriptError } from './script-error.mjs'

/**
 * One package of a lock file.
 *
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} LockedPackage
 */

/** Installs the dependencies where they are missing or differ from package-lock.json. */
export async function ensureInstalled() {
  if (isInstalled(root)) return
  if (!isWritable(root)) {
    throw new ScriptError(
      `The dependencies cannot be installed in ${root}, which cannot be written: ` +
        'move the checkout to a folder that you can write, or correct the rights on this one.',
    )
  }
  process.stderr.write('Installing the dependencies (npm ci), once …\n')
  // With NODE_ENV=production npm would leave the build tools out.
  const { code, output } = await runQuietly(npm('ci', '--include=dev', '--no-audit', '--no-fund'))
  if (code === 0) return
  process.stderr.write(output)
  throw new ScriptError(
    `The dependencies could not be installed in ${root}: "npm ci" ended with code ${code}, as shown above; ` +
      'check the connection to the npm registry and the rights on the folder, then run this again.',
  )
}

/** @param {string} folder */
function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Whether what npm says it has installed is what package-lock.json asks for. A package that is optional may be
 * missing: it is for another system.
 *
 * @param {string} folder
 */
export function isInstalled(folder) {
  const installed = readPackages(path.join(folder, 'node_modules/.package-lock.json'))
  if (!installed) return false
  const wanted = readPackages(path.join(folder, 'package-lock.json')) ?? {}
  return Object.entries(wanted)
    .filter(([location]) => location.includes('node_modules/'))
    .every(([location, { version, integrity, optional, devOptional }]) => {
      const found = installed[location]
      if (!found) return optional === true || devOptional === true
      return found.version === version && found.integrity === integrity
    })
}

/**
 * @param {string} lockFile
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readPackages(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages
  } catch {
    return undefined
  }
}
