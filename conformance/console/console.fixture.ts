import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer, type ServerOptions } from '@wx-upload/receiver/server'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { chromiumArguments, chromiumMissing, chromiumPath } from '../../scripts/lib/chromium.mjs'
import { gateStorage, type GatedStorage } from './storage-gate.fixture.ts'

/** How a console is opened. */
export interface OpenOptions extends PageOptions {
  readonly limits?: ServerOptions['limits']
  /** Called before the page is opened, with the server's url. */
  readonly before?: (url: string) => Promise<void>
}

/** How a page is opened. */
export interface PageOptions {
  readonly browser?: BrowserContextOptions | undefined
  /** Parts of what the browser may complain about; anything else fails the test. */
  readonly expected?: readonly RegExp[] | undefined
}

/** A page with the console, and the server behind it. */
export interface OpenedConsole {
  readonly page: Page
  /** The server's, without a slash at the end. */
  readonly url: string
  /** The folder of the uploads. */
  readonly folder: string
  readonly gate: GatedStorage
}

/**
 * Starts Chromium for the tests of a file. The function that it returns starts a server and opens its console; both end with
 * the test, which fails where the browser had anything to complain about: an error, a warning, a violation of the policy.
 */
export function useConsole(): (options?: OpenOptions) => Promise<OpenedConsole> {
  const openPage = useChromium()

  return async ({ browser, limits, before, expected } = {}) => {
    const folder = await createFolder()
    const gate = gateStorage(createDiskStorage(folder))
    const server = await createServer({
      storage: gate.storage,
      log: 'silent',
      ...(limits === undefined ? {} : { limits }),
    })
    onTestFinished(async () => {
      gate.open()
      await server.close()
    })
    const { url } = await server.listen()
    await before?.(url)
    const page = await openPage({ browser, expected })
    await page.goto(url)
    return { page, url, folder, gate }
  }
}

/** Starts Chromium for the tests of a file; see {@link useConsole}. */
export function useChromium(): (options?: PageOptions) => Promise<Page> {
  let browser: Browser | undefined

  beforeAll(async () => {
    const executablePath = chromiumPath()
    if (executablePath === undefined) throw new Error(chromiumMissing)
    browser = await chromium.launch({
      executablePath,
      args: chromiumArguments,
    })
  })

  afterAll(async () => {
    await browser?.close()
  })

  return async (options = {}) => {
    if (browser === undefined) throw new Error('the browser has not been started')
    const context = await browser.newContext({
      locale: 'en-US',
      viewport: { width: 1280, height: 900 },
      ...options.browser,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    const complaints = collectComplaints(page)
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') console.error(`The page said:\n${await textOf(page)}`)
      await context.close()
      const unexpected = complaints.filter(
        (text) => options.expected?.some((pattern) => pattern.test(text)) !== true,
      )
      expect(unexpected).toEqual([])
    })
    return page
  }
}

let folders = ''

beforeAll(async () => {
  folders = await mkdtemp(path.join(tmpdir(), 'wx-upload-console-'))
  // After all tests of a file: what a page still sends when its test is over is there until it is closed.
  return () => rm(folders, { recursive: true, force: true })
})

/** A folder that is removed when the tests of its file are over. */
export function createFolder(): Promise<string> {
  return mkdtemp(path.join(folders, 'folder-'))
}

/** For `expect.poll`, which by itself gives up after a second: too soon on a machine that is busy with something else. */
export const patient = { timeout: 60_000 }

/** What Chromium says when a request does not reach the server. */
export const networkErrors: RegExp[] = [/net::ERR_/]

async function textOf(page: Page): Promise<string> {
  return await page.locator('body').innerText({ timeout: 1000 }).catch(String)
}

function collectComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  // Violations of the content security policy are errors of the console too.
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return complaints
}

/** Uploads a file as any client does. Resolves with its id. */
export async function upload(
  url: string,
  files: Readonly<Record<string, string | Blob>>,
  fields: Readonly<Record<string, string>> = {},
): Promise<string> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  for (const [name, content] of Object.entries(files)) {
    form.append('file', content instanceof Blob ? content : new Blob([content]), name)
  }
  const response = await fetch(`${url}/upload`, { method: 'POST', body: form })
  expect(response.status).toBe(200)
  const { id } = (await response.json()) as { id: string }
  return id
}

/** The names of the files that the server has, newest first. */
export async function storedNames(url: string): Promise<string[]> {
  const response = await fetch(`${url}/uploads?limit=1000`)
  const { uploads } = (await response.json()) as { uploads: { files: { name: string }[] }[] }
  return uploads.flatMap(({ files }) => files.map(({ name }) => name))
}
