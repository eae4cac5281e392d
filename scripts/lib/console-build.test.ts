import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isConsoleBuilt, recordConsoleBuild } from './console-build.mjs'

let root = ''

function write(file: string, content: string): void {
  const location = path.join(root, file)
  mkdirSync(path.dirname(location), { recursive: true })
  writeFileSync(location, content)
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'wx-upload-console-'))
  write('packages/console/index.html', 'page')
  write('packages/console/src/main.tsx', 'main')
  write('packages/client/dist/browser.js', 'client')
  write('packages/multipart/dist/web.js', 'multipart')
  write('node_modules/.package-lock.json', '{}')
  write('packages/receiver/dist/console/index.html', 'built page')
  write('packages/receiver/dist/console/assets/main-1.js', 'built main')
})

afterEach(() => {
  rmSync(root, { recursive: true })
})

describe('isConsoleBuilt', () => {
  it('is false before the first build and true after it', () => {
    expect(isConsoleBuilt(root)).toBe(false)
    recordConsoleBuild(root)
    expect(isConsoleBuilt(root)).toBe(true)
  })

  it.each([
    ['a source changes', 'packages/console/src/main.tsx'],
    ['a source is added', 'packages/console/src/components/row.tsx'],
    ['a page is added', 'packages/console/playground.html'],
    ['the client changes', 'packages/client/dist/browser.js'],
    ['a dependency is updated', 'node_modules/.package-lock.json'],
  ])('is false once %s', (_what, file) => {
    recordConsoleBuild(root)
    write(file, 'changed')
    expect(isConsoleBuilt(root)).toBe(false)
    recordConsoleBuild(root)
    expect(isConsoleBuilt(root)).toBe(true)
  })

  it.each([
    ['a source', 'packages/console/src/main.tsx'],
    ['a page that was built', 'packages/receiver/dist/console/assets/main-1.js'],
    ['what was noted', 'packages/console/dist/built.json'],
  ])('is false once %s is gone', (_what, file) => {
    recordConsoleBuild(root)
    rmSync(path.join(root, file))
    expect(isConsoleBuilt(root)).toBe(false)
  })

  it('stays true when a test or a type changes, which are in no page', () => {
    recordConsoleBuild(root)
    write('packages/console/src/lib/rate.test.ts', 'a test')
    write('packages/client/dist/browser.d.ts', 'a type')
    write('packages/console/dist/types/main.d.ts', 'a type')
    expect(isConsoleBuilt(root)).toBe(true)
  })
})
