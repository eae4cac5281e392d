import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { canInstallPackages, installPackages } from '../../scripts/lib/debian-packages.mjs'

const run = promisify(execFile)

/** The other people's programs that the suites need: how each is tried out, and the Debian package that brings it. */
const tools = [
  { debianPackage: 'php-cli', command: ['php', '-v'] },
  { debianPackage: 'php-curl', command: ['php', '-r', 'exit(extension_loaded("curl") ? 0 : 1);'] },
  // Debian's Python, which has Debian's Flask, and not another one that comes first in PATH.
  { debianPackage: 'python3-flask', command: ['/usr/bin/python3', '-c', 'import flask'] },
  { debianPackage: 'golang-go', command: ['go', 'version'] },
  { debianPackage: 'curl', command: ['curl', '--version'] },
] as const

/** Installs the programs that are missing, where that can be done unasked: as root on Debian. */
export async function setup(): Promise<void> {
  const missing = await findMissingPackages()
  // Where this fails, the suites say what is missing.
  if (missing.length > 0 && canInstallPackages()) await installPackages(missing)
}

/** Throws when a program is missing, so that a suite fails instead of passing without it. */
export async function requireTools(): Promise<void> {
  const missing = await findMissingPackages()
  if (missing.length > 0) {
    throw new Error(
      `The programs to test against are missing; install them with: apt-get install ${missing.join(' ')}`,
    )
  }
}

async function findMissingPackages(): Promise<string[]> {
  const found = await Promise.all(tools.map(({ command }) => succeeds(command)))
  return tools.filter((_tool, index) => !found[index]).map((tool) => tool.debianPackage)
}

async function succeeds([program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  try {
    await run(program, args)
    return true
  } catch {
    return false
  }
}
