import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bundlePackages } from './bundle-packages.mjs'

let root = ''

function write(file: string, content: string): void {
  const location = path.join(root, file)
  mkdirSync(path.dirname(location), { recursive: true })
  writeFileSync(location, content)
}

/** The names of the client's files, and when each was written. */
function readTimes(): Record<string, number> {
  const folder = path.join(root, 'packages/client/dist/bundled')
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, statSync(path.join(folder, name)).mtimeMs]),
  )
}

/** Imports what was written of an entry, as it is at this moment. */
function load(entry: string): Promise<Record<string, unknown>> {
  const file = path.join(root, `packages/client/dist/bundled/${entry}.js`)
  return import(/* @vite-ignore */ pathToFileURL(file).href)
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'wx-upload-bundles-'))
  const exports = { node: './dist/bundled/node.js', default: './dist/web.js' }
  write('packages/multipart/package.json', JSON.stringify({ exports }))
  write('packages/multipart/src/node.ts', 'export const answer: number = 42')
  const both = { '.': './dist/bundled/node.js', './core': './dist/bundled/core.js' }
  write('packages/client/package.json', JSON.stringify({ type: 'module', exports: both }))
  write('packages/client/src/node.ts', "export { Kind } from './core.ts'\nexport const a = 'node'")
  write('packages/client/src/core.ts', "export { Kind } from './lib/kind.ts'")
  write('packages/client/src/lib/kind.ts', 'export class Kind {}')
})

afterEach(() => {
  rmSync(root, { recursive: true })
})

describe('bundlePackages', () => {
  it('writes one file for each entry that is exported from dist/bundled', async () => {
    await bundlePackages(() => undefined, root)
    expect(existsSync(path.join(root, 'packages/multipart/dist/bundled/node.js'))).toBe(true)
    expect(existsSync(path.join(root, 'packages/multipart/dist/bundled/web.js'))).toBe(false)
    expect(await load('node')).toMatchObject({ a: 'node' })
  })

  it('has a class of two entries once', async () => {
    await bundlePackages(() => undefined, root)
    expect((await load('node'))['Kind']).toBe((await load('core'))['Kind'])
  })

  it('says nothing and writes nothing where nothing has changed', async () => {
    await bundlePackages(() => undefined, root)
    const before = readTimes()
    const announce = vi.fn<() => void>()
    await bundlePackages(announce, root)
    expect(announce).not.toHaveBeenCalled()
    expect(readTimes()).toEqual(before)
  })

  it('says when something has changed, and leaves nothing of before', async () => {
    await bundlePackages(() => undefined, root)
    const before = Object.keys(readTimes())
    write('packages/client/src/lib/kind.ts', 'export class Kind { isNew = true }')
    const announce = vi.fn<() => void>()
    await bundlePackages(announce, root)
    expect(announce).toHaveBeenCalled()
    const after = Object.keys(readTimes())
    expect(after).not.toEqual(before)
    expect(after).toHaveLength(before.length)
  })
})
