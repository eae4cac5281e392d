import { chmod, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { run, start } from './programs.ts'
import { copyTrackedFiles } from './tracked-files.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const startScript = ['scripts/start.mjs']

// The superuser may write everywhere.
const startAsNobody = `
  const nobody = 65534
  if (process.getuid() === 0) {
    process.setgid(nobody)
    process.setuid(nobody)
  }
  import(process.argv[1])`

let checkout = ''

beforeAll(async () => {
  checkout = await mkdtemp(path.join(tmpdir(), 'wx-upload-checkout-'))
  await copyTrackedFiles(root, checkout)
})

afterAll(async () => {
  await rm(checkout, { recursive: true, force: true })
})

/** Starts `npm start` on a free port, until the server waits for more. */
async function startDemo(): Promise<{ output: string; url: string; code: number | null }> {
  const demo = start(process.execPath, startScript, { cwd: checkout, env: { PORT: '0' } })
  const [, url = ''] = await demo.until(/The server keeps running at (\S+)\. Ctrl-C stops it\./)
  expect((await fetch(url)).status).toBe(200)
  const output = demo.output()
  return { output, url, code: await demo.stop('SIGINT') }
}

/** When each file that installing and building write was written. */
async function readTimes(): Promise<Record<string, number>> {
  const built = await readdir(path.join(checkout, 'packages/cli/dist'), { recursive: true })
  const files = [
    'node_modules/.package-lock.json',
    ...built.map((file) => path.join('packages/cli/dist', file)),
  ]
  const times = files.map(async (file): Promise<[string, number]> => {
    return [file, (await stat(path.join(checkout, file))).mtimeMs]
  })
  return Object.fromEntries(await Promise.all(times))
}

// In order: each finds the checkout as the one before has left it.
describe('npm start', () => {
  it('installs, builds, uploads a photo, says where it lies, and stops at Ctrl-C', async () => {
    const { output, url, code } = await startDemo()
    expect(output).toMatch(/^Installing .*\nBuilding .*\n/)
    expect(output).toContain(`$ npx wx-upload put examples/photo.jpg ${url}/upload\n`)
    const [, file = ''] = /On disk: (.+)\n/.exec(output) ?? []
    const photo = await readFile(path.join(root, 'examples/photo.jpg'))
    expect(photo.equals(await readFile(path.join(checkout, file)))).toBe(true)
    expect(code).toBe(0)
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  it('neither installs nor builds the second time', async () => {
    const before = await readTimes()
    const { output } = await startDemo()
    expect(output).toMatch(/^\$ npx wx-upload serve uploads --port 0\n/)
    expect(await readTimes()).toEqual(before)
  })

  it('builds what has changed, and that alone', async () => {
    const source = path.join(checkout, 'packages/cli/src/main.ts')
    await writeFile(
      source,
      `${await readFile(source, 'utf8')}\nexport const changed: boolean = true\n`,
    )
    const { output } = await startDemo()
    expect(output).toMatch(/^Building /)
    expect(await readFile(path.join(checkout, 'packages/cli/dist/main.js'), 'utf8')).toContain(
      'changed',
    )
  })

  it('says in one sentence that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const failed = run(process.execPath, startScript, {
      cwd: checkout,
      env: { PORT: String(port) },
    })
    await expect(failed).rejects.toMatchObject({
      code: 7,
      stderr: `error: cannot listen on 127.0.0.1:${port} (another program uses this port): stop it, or choose another port with --port or PORT\n`,
    })
    other.close()
  })

  it('says in one sentence that the folder cannot be written', async () => {
    const folder = path.join(checkout, 'uploads')
    await rm(folder, { recursive: true })
    await writeFile(folder, '')
    const failed = run(process.execPath, startScript, { cwd: checkout, env: { PORT: '0' } })
    await expect(failed).rejects.toMatchObject({
      code: 8,
      stderr: expect.stringMatching(
        /^error: cannot write uploads to .+ \(a part of this path is a file\): .+\n$/,
      ),
    })
  })

  it('says in one sentence that nothing can be installed where the checkout cannot be written', async () => {
    const folder = await mkdtemp(path.join(checkout, 'read-only-'))
    await copyTrackedFiles(path.join(root, 'scripts'), path.join(folder, 'scripts'))
    for (const file of ['package.json', 'package-lock.json']) {
      await cp(path.join(root, file), path.join(folder, file))
    }
    await chmod(checkout, 0o755)
    await chmod(folder, 0o555)
    onTestFinished(() => chmod(folder, 0o755))
    const args = ['--eval', startAsNobody, path.join(folder, 'scripts/start.mjs')]
    await expect(run(process.execPath, args, { cwd: folder })).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: `The dependencies cannot be installed in ${folder}/, which cannot be written: move the checkout to a folder that you can write, or correct the rights on this one.\n`,
    })
  })

  it.each(['start', 'test', 'check', 'build'])(
    'says in one sentence that Node.js is too old for npm run %s',
    async (script) => {
      const args = ['--yes', 'node@18', path.join(root, 'scripts', `${script}.mjs`)]
      await expect(run('npx', args, { cwd: tmpdir() })).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(
          /^This project needs Node\.js 20\.19 or newer, and this is Node\.js 18\.[\d.]+: install a newer one from https:\/\/nodejs\.org\.$/m,
        ),
      })
    },
  )
})
