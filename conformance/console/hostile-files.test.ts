import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright'
import { describe, expect, it, onTestFinished } from 'vitest'
import { upload, useConsole } from './console.fixture.ts'
import { documents, type HostileFile, scripts, trace } from './hostile-files.fixture.ts'

const openConsole = useConsole()

/** A browser has something to say to each of them. */
const anything = [/./]

/** Whether anything that runs in a browser's context asks for the trace. */
function watchTrace(page: Page): () => boolean {
  let isTraced = false
  page.context().on('request', (request) => {
    if (new URL(request.url()).pathname === trace) isTraced = true
  })
  return () => isTraced
}

/** A page of another origin that shows an address in every way there is. */
async function startEmbedder(address: string): Promise<string> {
  const body = `<!doctype html><iframe src="${address}"></iframe><object data="${address}"></object>
    <embed src="${address}"><img src="${address}"><script src="${address}"></script>
    <link rel="stylesheet" href="${address}"><p>done</p>`
  return await listen(
    createServer((_request, response) => {
      response.setHeader('Content-Type', 'text/html')
      response.end(body)
    }),
  )
}

/** A server that gives a file back as it came: where the attack succeeds. */
async function startNaiveServer({ type, content }: HostileFile): Promise<string> {
  return await listen(
    createServer((request, response) => {
      if (request.url === '/file') response.setHeader('Content-Type', type)
      response.end(request.url === '/file' ? content : '')
    }),
  )
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Opens an address as one would from a link; what is saved instead of shown is no failure. */
async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address).catch((error: unknown) => {
    if (!/Download is starting|ERR_ABORTED/.test(String(error))) throw error
  })
}

/** Has the page load an address as code in every way there is. Resolves when each has come to an end. */
async function loadAsCode(page: Page, address: string): Promise<void> {
  await page.evaluate(async (address) => {
    const ended = (element: HTMLElement): Promise<void> =>
      new Promise((resolve) => {
        element.addEventListener('load', () => resolve())
        element.addEventListener('error', () => resolve())
        document.head.append(element)
      })
    const classic = Object.assign(document.createElement('script'), { src: address })
    const module = Object.assign(document.createElement('script'), { src: address, type: 'module' })
    const style = Object.assign(document.createElement('link'), {
      rel: 'stylesheet',
      href: address,
    })
    await Promise.all([classic, module, style].map(ended))
  }, address)
  // As text, as the tests' own compiler would take the import for one of its own.
  await page.evaluate(`import(${JSON.stringify(address)}).catch(() => undefined)`)
}

/** What of the page's workers are refused when they should run what is at an address. Waits for those that are not. */
function refusedWorkers(page: Page, address: string): Promise<string[]> {
  return page.evaluate(async (address) => {
    const refused: string[] = []
    for (const type of ['classic', 'module'] as const) {
      await new Promise((resolve) => {
        new Worker(address, { type }).addEventListener('error', resolve)
      })
      refused.push(`${type} worker`)
      await navigator.serviceWorker
        .register(address, { type, scope: '/uploads/' })
        .catch(() => refused.push(`${type} service worker`))
    }
    return refused
  }, address)
}

describe('a file that somebody has uploaded to run in another browser', () => {
  it.each(documents)('R-07 is opened and runs nothing: $name as $type', async (file) => {
    const { page, url } = await openConsole({ expected: anything })
    const isTraced = watchTrace(page)
    const { name, type, content } = file
    const id = await upload(url, { [name]: new Blob([content], { type }) })
    const address = `${url}/uploads/${id}/files/0`
    await visit(page, address)
    await visit(page, await startEmbedder(address))
    // Whatever they have asked for is known when this page is there.
    await page.goto(url)
    expect(isTraced()).toBe(false)
  })

  it.each(scripts)('R-07 is no code to a page of its own origin: $name as $type', async (file) => {
    // Without the page's own policy, which would not let it in either.
    const { page, url } = await openConsole({ expected: anything, browser: { bypassCSP: true } })
    const isTraced = watchTrace(page)
    const { name, type, content } = file
    const id = await upload(url, { [name]: new Blob([content], { type }) })
    const address = `/uploads/${id}/files/0`
    await loadAsCode(page, address)
    expect(await refusedWorkers(page, address)).toEqual([
      'classic worker',
      'classic service worker',
      'module worker',
      'module service worker',
    ])
    await page.goto(url)
    expect(isTraced()).toBe(false)
  })

  it.each(
    documents.filter(({ type }) => /^(?:text\/html|image\/svg\+xml|application\/xhtml)/.test(type)),
  )('would run where files are given back as they came: $name as $type', async (file) => {
    const { page } = await openConsole({ expected: anything })
    const isTraced = watchTrace(page)
    await visit(page, `${await startNaiveServer(file)}/file`)
    await expect.poll(isTraced).toBe(true)
  })

  it.each(scripts.filter(({ type }) => /^text\/(?:javascript|css)/.test(type)))(
    'would be code where files are given back as they came: $name as $type',
    async (file) => {
      const { page } = await openConsole({ expected: anything })
      const isTraced = watchTrace(page)
      const url = await startNaiveServer(file)
      await page.goto(url)
      await loadAsCode(page, '/file')
      await expect.poll(isTraced).toBe(true)
    },
  )
})
