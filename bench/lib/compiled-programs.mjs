// @ts-check
import { existsSync } from 'node:fs'
import path from 'node:path'
import { runQuietly } from '../../scripts/lib/command.mjs'
import { installPackages, canInstallPackages } from '../../scripts/lib/debian-packages.mjs'
import { ensurePrograms } from '../../scripts/lib/ensure-programs.mjs'
import { findProgram } from '../../scripts/lib/find-program.mjs'
import { ScriptError } from '../../scripts/lib/script-error.mjs'
import { benchFolder } from './peers.mjs'

/** @typedef {import('./workbench.mjs').Workbench} Workbench */

const opensslHeader = '/usr/include/openssl/ssl.h'

/** Installs what the benchmark measures with, where it is missing. */
export async function ensureBenchPrograms() {
  await ensurePrograms('The benchmark', [
    { debianPackage: 'gcc', programs: ['cc'] },
    { debianPackage: 'libc6-dev', programs: ['cc'] },
    { debianPackage: 'curl', programs: ['curl'] },
    { debianPackage: 'openssl', programs: ['openssl'] },
  ])
  if (existsSync(opensslHeader)) return
  if (canInstallPackages() && (await installPackages(['libssl-dev']))) return
  throw new ScriptError(
    'The benchmark needs the headers of OpenSSL: install them ("apt-get install libssl-dev" on Debian).',
  )
}

/**
 * The path of a program of `programs/`, compiled.
 *
 * @param {Workbench} bench
 * @param {'measured-run' | 'discard-server'} name
 */
export function compiledProgram(bench, name) {
  return bench.once(`program ${name}`, async () => {
    const program = path.join(bench.folder, name)
    const source = path.join(benchFolder, 'programs', `${name}.c`)
    const libraries = ['-lssl', '-lcrypto', '-pthread']
    await compile(['cc', '-O2', '-o', program, source, ...libraries])
    return program
  })
}

/** Whether Go is there. */
export function hasGo() {
  return findProgram('go') !== undefined
}

/**
 * The path of the server in Go, compiled.
 *
 * @param {Workbench} bench
 */
export function goServer(bench) {
  return bench.once('go server', async () => {
    const program = path.join(bench.folder, 'go-server')
    const source = path.join(benchFolder, 'programs/go-server.go')
    await compile(['go', 'build', '-o', program, source])
    return program
  })
}

/** @param {import('../../scripts/lib/command.mjs').Command} command */
async function compile(command) {
  const { code, output } = await runQuietly(command)
  if (code !== 0) throw new ScriptError(`${command.join(' ')} failed: ${output}`)
}
