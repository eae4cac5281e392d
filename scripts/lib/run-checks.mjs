// @ts-check
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { checkClientSize } from './bundle-size.mjs'
import { root, runQuietly, tool } from './command.mjs'
import { ensureInstalled } from './install.mjs'

/**
 * A check: it passes when its command, or what it runs here, ends with exit code 0. `found` is told in place of the time.
 *
 * @typedef {{ code: number, output: string, found?: string }} Result
 * @typedef {{ name: string, command: import('./command.mjs').Command } | { name: string, run: () => Promise<Result> }} Check
 */

/** `npm run check`: runs every check, even after one that fails, and ends with the line `N passed, N failed`. */
export async function runChecks() {
  await ensureInstalled()
  let failed = 0
  const checks = listChecks()
  for (const check of checks) {
    const startedAt = performance.now()
    const { code, output, found } = await runCheck(check)
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'}  ${check.name}  ${found ?? `${seconds}s`}`)
    if (code === 0) continue
    failed += 1
    console.log(output.trimEnd())
  }
  console.log(`${checks.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/**
 * @param {Check} check
 * @returns {Promise<Result>}
 */
function runCheck(check) {
  return 'run' in check ? check.run() : runQuietly(check.command)
}

/** @returns {Check[]} */
function listChecks() {
  return [
    { name: 'format', command: tool('oxfmt', '--check') },
    // The type-aware rules and the types of the tests read what the build writes.
    { name: 'build', command: [process.execPath, 'scripts/build.mjs'] },
    { name: 'lint', command: tool('oxlint', '--deny-warnings') },
    { name: 'types of the tests', command: tool('typescript', '-p', 'tsconfig.tests.json') },
    {
      name: 'types of the tests in browsers',
      command: tool('typescript', '-p', 'tsconfig.browser-tests.json'),
    },
    {
      name: 'types of the tests of the console',
      command: tool('typescript', '-p', 'packages/console/tsconfig.tests.json'),
    },
    { name: 'types of the API', command: tool('typescript', '-p', 'tsconfig.types.json') },
    { name: 'unused code', command: tool('knip') },
    { name: 'size of the browser client', run: checkClientSize },
    ...readPackage('.').workspaces.flatMap(listPackageChecks),
  ]
}

/**
 * @param {string} folder of a package.
 * @returns {Check[]}
 */
function listPackageChecks(folder) {
  const { name, exports, private: isPrivate } = readPackage(folder)
  if (isPrivate) return []
  const publint = { name: `publint ${name}`, command: tool('publint', 'run', folder, '--strict') }
  // The command line exports nothing.
  if (!exports) return [publint]
  // The packages are ES modules alone, which CommonJS loads with require() on every supported Node.js: the rule that
  // calls this wrong is for older ones, as is node10, the resolution without `exports`.
  const flags = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm']
  const attw = tool('@arethetypeswrong/cli', '--pack', folder, ...flags)
  return [publint, { name: `attw ${name}`, command: attw }]
}

/**
 * @param {string} folder
 * @returns {{ name: string, private?: boolean, exports?: object, workspaces: string[] }}
 */
function readPackage(folder) {
  return JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
}
