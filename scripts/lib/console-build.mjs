// @ts-check
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root as checkout } from './command.mjs'

// What Vite reads: the pages with their sources, what they import of other packages, and which version of everything.
const inputs = [
  'packages/console',
  'packages/client/package.json',
  'packages/client/dist',
  'packages/multipart/package.json',
  'packages/multipart/dist',
  'node_modules/.package-lock.json',
]
const output = 'packages/receiver/dist/console'
const recordFile = 'packages/console/dist/built.json'
// What is no input of Vite's: folders that are written here, and files that no page imports.
const foreignFolders = new Set(['packages/console/dist', 'packages/console/node_modules'])
const foreignFile = /\.(?:tsbuildinfo|d\.ts|test\.tsx?|fixture\.ts)$/

/**
 * What the console was last built from, and what came of it.
 *
 * @typedef {{ fingerprint: string, files: string[] }} ConsoleBuild
 */

/**
 * Whether the console's pages lie where the server looks for them, made from what is there now.
 *
 * @param {string} [root] the folder of the checkout.
 */
export function isConsoleBuilt(root = checkout) {
  const built = readRecord(path.join(root, recordFile))
  if (built === undefined || built.fingerprint !== fingerprintInputs(root)) return false
  return built.files.every((file) => existsSync(path.join(root, output, file)))
}

/**
 * Notes that the console's pages have been built from what is there now.
 *
 * @param {string} [root] the folder of the checkout.
 */
export function recordConsoleBuild(root = checkout) {
  const file = path.join(root, recordFile)
  /** @type {ConsoleBuild} */
  const built = {
    fingerprint: fingerprintInputs(root),
    files: listFiles(path.join(root, output), '').toSorted(),
  }
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(built, null, 2)}\n`)
}

/** @param {string} root */
function fingerprintInputs(root) {
  const hash = createHash('sha256')
  for (const input of inputs.flatMap((input) => listFiles(root, input)).toSorted()) {
    const content = readFileSync(path.join(root, input))
    hash.update(`${input}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * The files at and below a path, by their paths from `root` with `/` on every system; none where nothing is.
 *
 * @param {string} root
 * @param {string} location
 * @returns {string[]}
 */
function listFiles(root, location) {
  if (foreignFolders.has(location) || foreignFile.test(location)) return []
  const absolute = path.join(root, location)
  if (!existsSync(absolute)) return []
  try {
    const names = readdirSync(absolute)
    return names.flatMap((name) => listFiles(root, location === '' ? name : `${location}/${name}`))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return [location]
    throw error
  }
}

/**
 * @param {string} file
 * @returns {ConsoleBuild | undefined}
 */
function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
