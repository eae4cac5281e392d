import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runInNewContext } from 'node:vm'
import { build as buildWithEsbuild } from 'esbuild'
import { build as buildWithVite } from 'vite'
import { describe, expect, inject, it } from 'vitest'
import webpack from 'webpack'
import { bundleForBrowser } from '../../scripts/lib/bundle-size.mjs'
import { useChromium } from './chromium.ts'
import { startReceiver } from './receiver.ts'
import { startSite } from './site.ts'

const page = `<!doctype html>
<title>Built by a bundler</title>
<input type="file" />
<output></output>
<script type="module" src="./main.js"></script>
`

const program = `
import { wx } from '@wx-upload/client'

document.querySelector('input').addEventListener('change', (event) => {
  wx.uploadFile({
    url: new URLSearchParams(location.search).get('url'),
    filePath: event.target.files[0],
    name: 'file',
    complete({ data, errMsg }) {
      document.querySelector('output').textContent = data ?? errMsg
    },
  })
})
`

/** An app in the project with the packed packages, and where its built pages go. */
interface App {
  readonly folder: string
  readonly output: string
}

async function createApp(): Promise<App> {
  const folder = await mkdtemp(path.join(inject('packedProject'), 'app-'))
  await writeFile(path.join(folder, 'index.html'), page)
  await writeFile(path.join(folder, 'main.js'), program)
  return { folder, output: path.join(folder, 'built') }
}

async function runVite({ folder, output }: App): Promise<void> {
  await buildWithVite({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { outDir: output },
  })
}

async function runWebpack({ folder, output }: App): Promise<void> {
  const compiler = webpack({
    mode: 'production',
    context: folder,
    entry: './main.js',
    output: { path: output, filename: 'main.js' },
  })
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result)))
  })
  await new Promise((resolve) => compiler.close(resolve))
  expect(stats?.toJson({ all: false, errors: true, warnings: true })).toMatchObject({
    errors: [],
    warnings: [],
  })
  await writeFile(path.join(output, 'index.html'), page)
}

async function runEsbuild({ folder, output }: App): Promise<void> {
  const { warnings } = await buildWithEsbuild({
    absWorkingDir: folder,
    entryPoints: ['main.js'],
    bundle: true,
    format: 'esm',
    outdir: output,
    logLevel: 'silent',
  })
  expect(warnings).toEqual([])
  await writeFile(path.join(output, 'index.html'), page)
}

const newPage = useChromium()

describe.each([
  ['Vite', runVite],
  ['webpack', runWebpack],
  ['esbuild', runEsbuild],
])('a page that %s has built', (_name, build) => {
  it('uploads a file to the developer server and shows the answer', async () => {
    const app = await createApp()
    await build(app)
    const [origin, url, page] = await Promise.all([
      startSite({ folder: app.output, routes: { '/': await readBuiltPage(app) } }),
      startReceiver(),
      newPage(),
    ])
    await page.goto(`${origin}/?url=${url}`)
    const file = { name: 'hello.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }
    await page.setInputFiles('input', file)
    const answer = page.locator('output')
    await answer.getByText('{').waitFor()
    expect(JSON.parse((await answer.textContent()) ?? '')).toMatchObject({
      files: [{ field: 'file', name: 'hello.txt', type: 'text/plain', size: 5 }],
    })
  })
})

function readBuiltPage({ output }: App): Promise<string> {
  return readFile(path.join(output, 'index.html'), 'utf8')
}

describe('a bundle', () => {
  it('holds nothing of the client where nothing of it is used', async () => {
    expect(await bundleForBrowser(`import '@wx-upload/client'`)).toMatchObject({ code: '' })
    expect(await bundleForBrowser(`import { wx } from '@wx-upload/client'`)).toMatchObject({
      code: '',
    })
  })

  it('makes no wx when it loads, unless it uses the one that is there', async () => {
    const mine = `import { createWx } from '@wx-upload/client'; globalThis.used = createWx`
    const theirs = `import { wx } from '@wx-upload/client'; globalThis.used = wx`
    expect(countQueues((await bundleForBrowser(mine)).code)).toBe(0)
    expect(countQueues((await bundleForBrowser(theirs)).code)).toBeGreaterThan(0)
  })

  it('of the global entry keeps its effect', async () => {
    const { code } = await bundleForBrowser(`import '@wx-upload/client/global'`)
    expect(code).toContain('chooseImage')
  })
})

/** Loads a bundle, and counts what every wx has and nothing else does: sets that are empty in the beginning. */
function countQueues(code: string): number {
  let count = 0
  class CountedSet<T> extends Set<T> {
    constructor(...args: readonly Iterable<T>[]) {
      super(...args)
      if (args.length === 0) count += 1
    }
  }
  runInNewContext(code, { Set: CountedSet, TextEncoder })
  return count
}
