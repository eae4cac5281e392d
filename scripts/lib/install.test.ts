import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isInstalled } from './install.mjs'

type Packages = Record<string, { version: string; integrity?: string; optional?: boolean }>

/** A checkout whose lock file asks for these packages, where npm says it has installed those. */
async function createCheckout(wanted: Packages, installed?: Packages): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-install-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(path.join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }))
  if (installed) {
    await mkdir(path.join(folder, 'node_modules'))
    const lockFile = path.join(folder, 'node_modules/.package-lock.json')
    await writeFile(lockFile, JSON.stringify({ packages: installed }))
  }
  return folder
}

const wanted: Packages = {
  '': { version: '1.0.0' },
  'packages/own': { version: '1.0.0' },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'packages/own/node_modules/nested': { version: '1.0.0' },
  'node_modules/for-another-system': { version: '2.0.0', optional: true },
}
const nested = { 'packages/own/node_modules/nested': { version: '1.0.0' } }
const a = { version: '1.0.0', integrity: 'sha512-a' }

describe('isInstalled', () => {
  it('is satisfied by what the lock file asks for, without what is for other systems', async () => {
    expect(isInstalled(await createCheckout(wanted, { 'node_modules/a': a, ...nested }))).toBe(true)
  })

  it.each<[string, Packages | undefined]>([
    ['node_modules is missing', undefined],
    ['a package is missing', nested],
    ['a package below one of the own is missing', { 'node_modules/a': a }],
    ['a package has another version', { 'node_modules/a': { ...a, version: '0.9.0' }, ...nested }],
    [
      'a package has another content',
      { 'node_modules/a': { ...a, integrity: 'sha512-b' }, ...nested },
    ],
    [
      'an optional package has another version',
      { 'node_modules/a': a, ...nested, 'node_modules/for-another-system': { version: '1.0.0' } },
    ],
  ])('is not when %s', async (_title, installed) => {
    expect(isInstalled(await createCheckout(wanted, installed))).toBe(false)
  })
})
