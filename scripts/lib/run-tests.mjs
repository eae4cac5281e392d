// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureBuilt } from './build.mjs'
import { ensureCeph } from './ceph/ensure-ceph.mjs'
import { ensureChromium } from './chromium.mjs'
import { runVisibly, tool } from './command.mjs'
import { ensureInstalled } from './install.mjs'
import { namedProjects } from './named-projects.mjs'

/**
 * What this script reads of vitest's JSON report.
 *
 * @typedef {{
 *   numPassedTests: number,
 *   numTotalTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[],
 * }} Report
 */

/**
 * `npm test`: installs what is missing, builds, runs every test, and ends with the line `N passed, N failed`. Those on a
 * cluster run only where they are asked for, with `--project cluster`.
 *
 * @param {readonly string[]} vitestArguments which tests to run; all of them without any.
 */
export async function runTests(vitestArguments) {
  await ensureInstalled()
  await ensureBuilt()
  await ensureChromium(vitestArguments)
  const named = namedProjects(vitestArguments)
  if (named.includes('cluster')) await ensureCeph()
  const folder = mkdtempSync(path.join(tmpdir(), 'wx-upload-tests-'))
  try {
    const report = path.join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const projects = named.length > 0 ? [] : ['--project=!cluster']
    const code = await runVisibly(
      tool('vitest', 'run', ...reporters, ...projects, ...vitestArguments),
    )
    const { passed, failed } = countTests(readReport(report), code)
    console.log(`${passed} passed, ${failed} failed`)
    return failed === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Counts the tests. One that was skipped or left to do counts as failed, and so does a file that could not be run and
 * an error outside every test.
 *
 * @param {Report | undefined} report undefined when vitest wrote none.
 * @param {number} exitCode vitest's.
 */
export function countTests(report, exitCode) {
  if (!report) return { passed: 0, failed: 1 }
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  const passed = report.numPassedTests
  const failed = report.numTotalTests - passed + brokenFiles.length
  const nothingRan = passed + failed === 0
  return { passed, failed: failed === 0 && (exitCode !== 0 || nothingRan) ? 1 : failed }
}

/**
 * @param {string} file
 * @returns {Report | undefined}
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
