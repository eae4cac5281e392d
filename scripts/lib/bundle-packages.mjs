// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root as checkout } from './command.mjs'

const packages = ['packages/multipart', 'packages/client']

/**
 * Writes what Node.js loads of the packages into few files, as each one takes it some tenths of a millisecond: those that they export
 * from `dist/bundled/`, and what several of them have in common. Leaves alone what is there already.
 *
 * @param {() => void} announce called once something is out of date.
 * @param {string} [root] the folder of the checkout.
 */
export async function bundlePackages(announce, root = checkout) {
  for (const folder of packages.map((name) => path.join(root, name))) {
    const written = readFiles(path.join(folder, 'dist/bundled'))
    const wanted = await bundle(folder)
    for (const [file, code] of wanted) {
      if (written.get(file) === code) continue
      announce()
      mkdirSync(path.dirname(file), { recursive: true })
      writeFileSync(file, code)
    }
    // Of what they had in common before.
    for (const file of written.keys()) if (!wanted.has(file)) rmSync(file)
  }
}

/**
 * The files of a package and their code.
 *
 * @param {string} folder
 * @returns {Promise<Map<string, string>>}
 */
async function bundle(folder) {
  // What has to be installed first.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: listEntries(folder),
    outdir: 'dist/bundled',
    bundle: true,
    // A class that two entries have is the same one.
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
  })
  return new Map(outputFiles.map(({ path, text }) => [path, text]))
}

/**
 * The source of each file that a package exports from there.
 *
 * @param {string} folder
 * @returns {string[]}
 */
function listEntries(folder) {
  const { exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const found = JSON.stringify(exports).matchAll(/"\.\/dist\/bundled\/([\w-]+)\.js"/g)
  return Array.from(found, ([, name]) => `src/${name}.ts`)
}

/**
 * @param {string} folder
 * @returns {Map<string, string>}
 */
function readFiles(folder) {
  if (!existsSync(folder)) return new Map()
  const files = readdirSync(folder).map((name) => path.join(folder, name))
  return new Map(files.map((file) => [file, readFileSync(file, 'utf8')]))
}
