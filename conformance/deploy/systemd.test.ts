import { execFile } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tool } from '../../scripts/lib/command.mjs'
import { ensurePrograms } from '../../scripts/lib/ensure-programs.mjs'
import { findProgram } from '../../scripts/lib/find-program.mjs'
import { findFreePorts } from '../../scripts/lib/free-ports.mjs'
import { type RunningProgram, start } from '../packages/programs.ts'
import { answerTo, createForm, startPost } from './form.ts'
import {
  type Instance,
  installedCommand,
  readExampleEnvironment,
  ShippedUnit,
  unitFolder,
  type Variables,
} from './shipped-unit.ts'

const execute = promisify(execFile)
const units = ['wx-upload.service', 'wx-upload@.service'] as const
const nobody = 65_534
const lingerSeconds = 5
// Of ten: what systemd calls OK is below 5.
const mostExposure = 2

let folder = ''

beforeAll(async () => {
  await ensurePrograms('Testing the units of systemd', [
    { debianPackage: 'systemd', programs: ['systemd-analyze'] },
    { debianPackage: 'util-linux', programs: ['setpriv'] },
  ])
  folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-units-'))
  await chmod(folder, 0o755)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** A state folder as systemd makes it for a user of the service's own. */
async function createInstance(port: number): Promise<Instance> {
  const stateFolder = path.join(folder, String(port))
  await mkdir(path.join(stateFolder, 'wx-upload'), { recursive: true, mode: 0o755 })
  await chmod(path.join(stateFolder, 'wx-upload'), 0o700)
  if (process.getuid?.() === 0) await chown(path.join(stateFolder, 'wx-upload'), nobody, nobody)
  return { name: String(port), stateFolder }
}

/** Runs what a unit runs: with its variables and no others, its umask, and where the test may, without any privilege. */
function startUnit(
  unit: ShippedUnit,
  instance: Instance,
  {
    variables = {},
    change = (args) => args,
  }: { variables?: Variables; change?: (args: string[]) => string[] } = {},
): RunningProgram {
  const environment = { ...unit.environment(instance), ...variables }
  const command = [...tool('wx-upload'), ...change(unit.arguments(instance, environment))]
  const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const umask = unit.values('UMask')[0] ?? ''
  const script = [`umask ${umask} && exec "$@"`, 'sh']
  const user = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups']
  const unprivileged = ['setpriv', ...user, '--bounding-set=-all', '--no-new-privs']
  return start(
    'env',
    [
      '-i',
      ...assignments,
      ...(process.getuid?.() === 0 ? unprivileged : []),
      '/bin/sh',
      '-c',
      ...script,
      ...command,
    ],
    { cwd: '/' },
  )
}

describe.each(units)('%s', (name) => {
  const unit = new ShippedUnit(name)

  it('is a unit that systemd understands', async () => {
    const copies = path.join(folder, 'units')
    const command = path.join(copies, 'wx-upload')
    await mkdir(copies, { recursive: true })
    await writeFile(command, '#!/bin/sh\n', { mode: 0o755 })
    const text = await readFile(path.join(unitFolder, name), 'utf8')
    const copy = path.join(copies, name)
    await writeFile(copy, text.replace(installedCommand, command))
    const analyze = findProgram('systemd-analyze') ?? ''
    const { stdout, stderr } = await execute(analyze, ['verify', '--man=no', copy])
    expect(stdout + stderr).toBe('')
  })

  it('may do little to the system that it runs on', async () => {
    const analyze = findProgram('systemd-analyze') ?? ''
    const args = ['security', '--offline=yes', `--threshold=${mostExposure * 10}`, '--no-pager']
    // It fails above the threshold.
    const { stdout } = await execute(analyze, [...args, path.join(unitFolder, name)])
    expect(stdout).toContain('Overall exposure level')
  })

  it('[R-10] is given the time that uploads have to finish, before it is killed', () => {
    const [, graceSeconds] = /--grace (\d+)s/.exec(unit.values('ExecStart')[0] ?? '') ?? []
    const [, stopSeconds] = /^(\d+)s$/.exec(unit.values('TimeoutStopSec')[0] ?? '') ?? []
    expect(Number(stopSeconds)).toBeGreaterThan(Number(graceSeconds) + lingerSeconds)
  })

  it('runs as it is written, as a user who may nothing, keeps uploads for itself, and stops at its signal', async () => {
    const [port = 0] = await findFreePorts(1)
    const instance = await createInstance(port)
    const program = startUnit(unit, instance, { change: (args) => withPort(args, port) })
    await program.until(/Ctrl-C stops it/)
    const request = startPost(`http://127.0.0.1:${port}/upload`)
    request.end(createForm(Buffer.from('hello')))
    const { status, body } = await answerTo(request)
    expect(status).toBe(200)
    const { id } = JSON.parse(body) as { id: string }
    expect(await program.stop(unit.values('KillSignal')[0] as NodeJS.Signals)).toBe(0)

    const day = new Date().toISOString().slice(0, 10)
    const stored = path.join(instance.stateFolder, 'wx-upload', day, id, 'photo.jpg')
    expect(await readFile(stored, 'utf8')).toBe('hello')
    expect((await stat(stored)).mode & 0o777).toBe(0o600)
  })
})

/** The unit for one receiver names its port itself. */
function withPort(args: readonly string[], port: number): string[] {
  const at = args.indexOf('--port')
  return args.with(at + 1, String(port))
}

describe('environment.example', () => {
  it('has options that the command knows, and the names of the key that it takes', async () => {
    const unit = new ShippedUnit('wx-upload@.service')
    const [port = 0, closedPort = 0] = await findFreePorts(2)
    const variables = {
      ...readExampleEnvironment(),
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      // Nobody is there: it gets as far as the store, and no further.
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${closedPort}`,
    }
    const program = startUnit(unit, await createInstance(port), { variables })
    await program.until(/error: cannot keep uploads in s3:\/\/uploads .*nothing answers there/)
    expect(Object.keys(readExampleEnvironment())).toContain('AWS_SECRET_ACCESS_KEY')
  })
})
