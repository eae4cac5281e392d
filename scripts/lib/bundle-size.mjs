// @ts-check
import { gzipSync } from 'node:zlib'
import { root } from './command.mjs'

/** 8 KB. */
const mostBytes = 8192

/**
 * A bundle for browsers.
 *
 * @typedef {{ code: string, gzippedBytes: number, files: { path: string, bytes: number }[] }} Bundle
 */

/**
 * Checks that what a page loads for `wx` and `createWx`, minified and gzipped, is as small as it is said to be: without
 * uploadFileAsync, and without what is loaded when a picture is to be compressed.
 *
 * @returns {Promise<{ code: number, output: string, found: string }>}
 */
export async function checkClientSize() {
  const { gzippedBytes, files } = await bundleForBrowser(
    "export { createWx, wx } from '@wx-upload/client'",
  )
  const found = `${gzippedBytes} bytes of ${mostBytes}`
  if (gzippedBytes <= mostBytes) return { code: 0, output: '', found }
  const lines = files.map(({ path, bytes }) => `${String(bytes).padStart(6)}  ${path}`)
  const output = `The browser client is too large. Its files, minified and not yet gzipped:\n${lines.join('\n')}\n`
  return { code: 1, output, found }
}

/**
 * Bundles and minifies a program that imports the packages as they are built, as an app of its user's would. What it
 * loads later is not counted.
 *
 * @param {string} source
 * @returns {Promise<Bundle>}
 */
export async function bundleForBrowser(source) {
  // What has to be installed first.
  const { build } = await import('esbuild')
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    metafile: true,
    splitting: true,
    entryNames: 'bundle',
    outdir: '.',
    logLevel: 'silent',
  })
  const bundle = outputFiles.find(({ path }) => path.endsWith('/bundle.js'))
  if (bundle === undefined) throw new Error('esbuild wrote no bundle')
  // What a file that is loaded later has in common with the bundle is a file that both import.
  const names = [...importedAtOnce('bundle.js', metafile.outputs)]
  const loaded = outputFiles.filter(({ path }) => names.some((name) => path.endsWith(`/${name}`)))
  const inputs = names.flatMap((name) => Object.entries(metafile.outputs[name]?.inputs ?? {}))
  return {
    code: bundle.text,
    gzippedBytes: loaded.reduce((sum, { contents }) => sum + gzip(contents).length, 0),
    files: inputs
      .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
      .filter(({ bytes }) => bytes > 0)
      .toSorted((a, b) => b.bytes - a.bytes),
  }
}

/**
 * A file of a build, and those that come with it.
 *
 * @param {string} name
 * @param {import('esbuild').Metafile['outputs']} outputs
 * @returns {Set<string>}
 */
function importedAtOnce(name, outputs) {
  const found = new Set([name])
  // A set that grows is walked to its new end.
  for (const each of found) {
    for (const { path, kind } of outputs[each]?.imports ?? []) {
      if (kind === 'import-statement') found.add(path)
    }
  }
  return found
}

/** @param {Uint8Array} contents */
function gzip(contents) {
  return gzipSync(contents, { level: 9 })
}
