// @ts-check
import { canInstallPackages, installPackages } from './debian-packages.mjs'
import { findProgram } from './find-program.mjs'
import { ScriptError } from './script-error.mjs'

/**
 * Programs, and the Debian package that brings them and what they need.
 *
 * @typedef {{ debianPackage: string, programs: readonly string[] }} ProgramPackage
 */

/**
 * Installs the programs that are missing where that can be done unasked; else throws a `ScriptError` that says in one line
 * what to do.
 *
 * @param {string} purpose what needs them, to begin a sentence with.
 * @param {readonly ProgramPackage[]} packages
 */
export async function ensurePrograms(purpose, packages) {
  const missing = packages
    .filter(({ programs }) => programs.some((program) => findProgram(program) === undefined))
    .map(({ debianPackage }) => debianPackage)
  if (missing.length === 0) return
  if (canInstallPackages() && (await installPackages(missing))) return
  throw new ScriptError(
    `${purpose} needs programs that are missing: install them ("apt-get install ${missing.join(' ')}" on Debian).`,
  )
}
