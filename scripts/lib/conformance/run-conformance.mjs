// @ts-check
import path from 'node:path'
import { runnerImport } from 'vite'
import { ensureBuilt } from '../build.mjs'
import { chromiumMissing, chromiumPath, ensureChromium } from '../chromium.mjs'
import { root } from '../command.mjs'
import { ensureInstalled } from '../install.mjs'
import { ScriptError } from '../script-error.mjs'
import { parseConformanceOptions, parseServingAddress } from './conformance-options.mjs'
import { ensurePeers } from './ensure-peers.mjs'

/**
 * `npm run conformance`: installs what is missing, builds, and runs the suite.
 *
 * @param {readonly string[]} args
 */
export async function runConformance(args) {
  const address = parseServingAddress(args)
  if (address !== undefined) return serve(address)
  const options = parseConformanceOptions(args)
  await ensureInstalled()
  await ensureBuilt()
  if (options.host === undefined && !options.isOursAlone) await ensurePeers()
  const { runCommand } = await importCommand()
  await ensureChromium([])
  const browser = chromiumPath()
  if (browser === undefined) throw new ScriptError(chromiumMissing)
  return runCommand({ ...options, chromiumPath: browser }, (text) => console.log(text))
}

/**
 * Serves the suite until it is stopped.
 *
 * @param {string} address
 */
async function serve(address) {
  await ensureInstalled()
  const { formatServing, serveSuite } = await importServing()
  const server = await serveSuite(address)
  console.log(formatServing(server))
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve)
  })
  await server.close()
  return 0
}

// Node.js 20 reads no TypeScript.

/** @returns {Promise<typeof import('../../../conformance/runner/conformance-command.ts')>} */
async function importCommand() {
  const file = path.join(root, 'conformance/runner/conformance-command.ts')
  return (await runnerImport(file, { configFile: false, root })).module
}

/** @returns {Promise<typeof import('../../../conformance/runner/serve-suite.ts')>} */
async function importServing() {
  const file = path.join(root, 'conformance/runner/serve-suite.ts')
  return (await runnerImport(file, { configFile: false, root })).module
}
