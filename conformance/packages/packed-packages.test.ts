import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPackedProject, type Tarball } from './packed-project.ts'
import { findNode, run, type RunningProgram, start } from './programs.ts'
import { copyTrackedFiles } from './tracked-files.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const packageNames = [
  '@wx-upload/client',
  '@wx-upload/multipart',
  '@wx-upload/receiver',
  'wx-upload',
]
const tsc = path.join(root, 'node_modules/typescript/bin/tsc')

let folder = ''
let project = ''
let examples = ''
let tarballs: readonly Tarball[] = []
let server: RunningProgram | undefined
let url = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-packages-'))
  // The examples use Express, and whoever writes TypeScript for Node.js has its types.
  const packed = await createPackedProject(folder, ['express', '@types/node'])
  project = packed.folder
  tarballs = packed.tarballs
  examples = path.join(project, 'examples')
  await copyTrackedFiles(path.join(root, 'examples'), examples)
  server = start(installedCommand(), ['serve', 'uploads', '--port', '0'], { cwd: project })
  const [, origin = ''] = await server.until(/Listening on (\S+)/)
  url = `${origin}/upload`
}, 300_000)

afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

function installedCommand(): string {
  return path.join(project, 'node_modules/.bin/wx-upload')
}

describe('the packed packages', () => {
  it('are all there', () => {
    expect(tarballs.map(({ name }) => name).toSorted()).toEqual(packageNames)
  })

  it.each(packageNames)(
    '%s holds what is run, its types, a README and the licence alone',
    (name) => {
      const files = tarballs.find((tarball) => tarball.name === name)?.files ?? []
      const paths = files.map((file) => file.path)
      expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
      const odd = paths.filter(
        (file) =>
          !/^(LICENSE|README\.md|package\.json|bin\/[\w-]+\.js|dist\/.+\.(js|d\.ts)|dist\/console\/.+\.(html|css|svg))$/.test(
            file,
          ),
      )
      const tests = paths.filter((file) => /\.(test|fixture|test-d)\./.test(file))
      expect({ odd, tests }).toEqual({ odd: [], tests: [] })
    },
  )

  it.each(['index.html', 'playground.html', 'runner.html'])(
    'hold %s of the console, and every file that it names',
    async (page) => {
      const folder = path.join(project, 'node_modules/@wx-upload/receiver/dist/console')
      const html = await readFile(path.join(folder, page), 'utf8')
      const named = [...html.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, file = '']) => file)
      expect(named).toContainEqual(expect.stringMatching(/\.js$/))
      await Promise.all(named.map((file) => readFile(path.join(folder, file))))
    },
  )

  it('have one UploadError, whichever entry of the client it is got from', async () => {
    const program = `
      const names = ['', '/browser', '/core', '/fake']
      const entries = await Promise.all(names.map((name) => import('@wx-upload/client' + name)))
      const classes = entries.map(({ UploadError }) => UploadError).filter(Boolean)
      console.log(classes.length, new Set(classes).size)`
    const args = ['--input-type=module', '--eval', program]
    expect(await run(process.execPath, args, { cwd: project })).toMatch(/^[2-4] 1\n$/)
  })

  it('install the command', async () => {
    expect(await run(installedCommand(), ['--version'], { cwd: project })).toBe('0.1.0\n')
  })

  it('bring the server that goes wrong', async () => {
    const faults = start(installedCommand(), ['faults', '--port', '0'], {
      cwd: project,
      env: { XDG_DATA_HOME: project },
    })
    const [, url = ''] = await faults.until(/Listening on (\S+)\/NAME/)
    expect(await (await fetch(`${url}/until-close`)).text()).toBe('ok')
    expect(await faults.stop()).toBe(0)
  })

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])(
    'bring their types to TypeScript with module %s and moduleResolution %s',
    async (module, moduleResolution) => {
      await writeFile(path.join(project, 'typed.mts'), typedProgram)
      const resolution = ['--module', module, '--moduleResolution', moduleResolution]
      const flags = ['--noEmit', '--strict', '--target', 'es2023', '--types', 'node', ...resolution]
      await expect(
        run(process.execPath, [tsc, ...flags, 'typed.mts'], { cwd: project }),
      ).resolves.toBe('')
    },
  )
})

// The directive fails where nothing is wrong: what is imported has types, and not any.
const typedProgram = `
import { createWx, uploadFileAsync, wx } from '@wx-upload/client'
import { createFakeWx } from '@wx-upload/client/fake'
import { createReceiver } from '@wx-upload/receiver'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer } from '@wx-upload/receiver/server'
import { createTicket } from '@wx-upload/receiver/ticket'
import { encodeMultipart } from '@wx-upload/multipart'

const storage = createDiskStorage('uploads')
export const all = [createReceiver({ storage }), createServer({ storage }), createWx(), encodeMultipart([])]
export const ticket: string = createTicket('', { expiresInSeconds: 60 })
export const task = wx.uploadFile({ url: '', filePath: '', name: '', success: (res) => res.statusCode.toFixed() })
export const data: string = (await uploadFileAsync({ url: '', files: [{ name: '', filePath: '' }], retry: 1 })).data
export const advanced: Promise<void> = createFakeWx({ answers: { statusCode: 503 } }).fake.advance(1)
// @ts-expect-error
wx.uploadFile({ url: 1 })
`

describe.each([20, 24])('the examples on Node.js %i', (major) => {
  let node = ''

  beforeAll(async () => {
    node = await findNode(major, folder)
  }, 180_000)

  function runExample(name: string, ...args: string[]): Promise<string> {
    return run(node, [name, ...args], { cwd: examples, env: { WX_UPLOAD_URL: url } })
  }

  /** Starts an example that is a server. Resolves with its address. */
  async function startExample(name: string): Promise<{ program: RunningProgram; origin: string }> {
    const program = start(node, [name], { cwd: examples, env: { PORT: '0' } })
    const [, port] = await program.until(/listening on (\d+)/)
    return { program, origin: `http://127.0.0.1:${port}` }
  }

  it('are run by that version', async () => {
    const version = await run(node, ['--version'], { cwd: folder })
    expect(version).toMatch(new RegExp(`^v${major}\\.`))
  })

  it('choose-and-upload.mjs uploads the photo and prints the answer', async () => {
    const photo = await readFile(path.join(examples, 'photo.jpg'))
    expect(JSON.parse(await runExample('choose-and-upload.mjs'))).toMatchObject({
      files: [
        {
          field: 'file',
          type: 'image/jpeg',
          size: photo.length,
          sha256: createHash('sha256').update(photo).digest('hex'),
        },
      ],
      fields: { user: 'test' },
    })
  })

  it('watch-and-abort.cjs gets the packages by require() and prints the progress', async () => {
    const output = await runExample('watch-and-abort.cjs')
    expect(output).toMatch(/Upload progress 100\n(.*\n)+The server answered 200\n$/)
  })

  it('watch-and-abort.cjs --abort aborts', async () => {
    expect(await runExample('watch-and-abort.cjs', '--abort')).toBe('uploadFile:fail abort\n')
  })

  it('every-result.mjs prints one failure a line', async () => {
    const lines = (await runExample('every-result.mjs')).trimEnd().split('\n')
    expect(lines).toEqual([
      '1300002 uploadFile:fail file not found',
      '1300021 uploadFile:fail is a directory',
      '600009 uploadFile:fail invalid url',
      '600002 uploadFile:fail url not in domain list',
      expect.stringMatching(/^1001 uploadFile:fail parameter error: parameter\.filePath /),
    ])
  })

  it('upload-async.mjs sends two files, and is aborted', async () => {
    const output = await runExample('upload-async.mjs')
    expect(output).toMatch(/^(?:\d+ %\n)*100 %\n200 .*"note\.txt".*"fields":\{"user":"test"\}\}\n/)
    expect(output).toMatch(/\n1 uploadFile:fail abort - the user has left\n$/)
  })

  it('unit-test.mjs tests without a network', async () => {
    expect(await runExample('unit-test.mjs')).toMatch(/^\W+ pass 2\n\W+ fail 0$/m)
  })

  it('tickets.mjs uploads once with the ticket of a back end', async () => {
    const lines = (await runExample('tickets.mjs')).trimEnd().split('\n')
    expect(lines).toEqual([
      expect.stringMatching(/^401 .*problem:ticket-missing"/),
      expect.stringMatching(/^403 .*problem:ticket-mismatch"/),
      expect.stringMatching(/^200 .*"fields":\{"user":"ming"\}\}$/),
      expect.stringMatching(/^403 .*problem:ticket-used"/),
    ])
  })

  it.each([
    ['own-server.mjs', '/upload'],
    ['with-express.cjs', '/files/upload'],
  ])('%s receives at %s', async (name, route) => {
    const { program, origin } = await startExample(name)
    try {
      const form = new FormData()
      form.append('file', new Blob(['hello']), 'hello.txt')
      const response = await fetch(`${origin}${route}`, { method: 'POST', body: form })
      expect(response.status).toBe(200)
      const { files } = (await response.json()) as { files: { url: string }[] }
      expect(await (await fetch(files[0]?.url ?? '')).text()).toBe('hello')
    } finally {
      await program.stop()
    }
  })
})
