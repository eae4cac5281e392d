import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createTempFolder, runCommand } from './command.fixture.ts'
import { formatExitCodes } from './lib/exit-codes.ts'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const { version, engines } = JSON.parse(
  await readFile(path.join(packageFolder, 'package.json'), 'utf8'),
) as { version: string; engines: { node: string } }

// Each test starts a Node.js or more.
describe('wx-upload', { timeout: 60_000 }, () => {
  it('prints its version', async () => {
    const ended = await runCommand(['--version'])
    expect(ended).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('explains itself with examples and every exit code, in 80 columns', async () => {
    const { code, stdout, stderr } = await runCommand(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Examples:\n  wx-upload serve\n')
    expect(stdout).toContain(formatExitCodes())
    expect(stdout).not.toContain('\u001B')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it.each(['serve', 'put', 'faults'])('explains %s with examples', async (command) => {
    const { code, stdout } = await runCommand([command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`Examples:\n  wx-upload ${command} `.trimEnd())
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('prints the help and ends with 2 when it is told nothing to do', async () => {
    const { code, stderr } = await runCommand([])
    expect(code).toBe(2)
    expect(stderr).toContain('Usage: wx-upload')
  })

  it('has each exit code in its README', async () => {
    const readme = await readFile(path.join(packageFolder, 'README.md'), 'utf8')
    for (const line of formatExitCodes().split('\n')) {
      const [, exitCode, meaning] = /^ +(\d+) {2}(.*)$/.exec(line) ?? []
      expect(readme).toContain(`| ${exitCode} | ${meaning} |`)
    }
  })

  it('says in one sentence that it is not built', async () => {
    const folder = await createTempFolder()
    await mkdir(path.join(folder, 'bin'))
    for (const file of ['package.json', 'bin/wx-upload.js']) {
      await copyFile(path.join(packageFolder, file), path.join(folder, file))
    }
    const run = promisify(execFile)(process.execPath, [path.join(folder, 'bin/wx-upload.js')])
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'wx-upload is not built yet: run "npm run build" in the checkout first.\n',
    })
  })

  it('says in one sentence that Node.js is too old', async () => {
    const bin = path.join(packageFolder, 'bin/wx-upload.js')
    // The npm package `node` brings the program of any version.
    const run = promisify(execFile)('npx', ['--yes', 'node@18', bin, '--version'])
    await expect(run).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(
          `^wx-upload needs Node\\.js ${engines.node.slice(2)} or newer, and this is Node\\.js 18\\.[\\d.]+: install a newer one from https://nodejs\\.org\\.$`,
          'm',
        ),
      ),
    })
  }, 180_000)
})
