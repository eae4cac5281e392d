// @ts-check
import { mkdirSync, mkdtempSync, openAsBlob, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ensureBuilt } from '../build.mjs'
import { chromiumArguments, chromiumMissing, chromiumPath } from '../chromium.mjs'
import { root } from '../command.mjs'
import { ensureInstalled } from '../install.mjs'
import { makeSampleFiles } from './sample-files.mjs'
import { ScriptError } from '../script-error.mjs'
import { screenshots } from './scenes.mjs'

/**
 * A picture to take: how the page is opened, and what is done before it is taken.
 *
 * @typedef {{
 *   name: string,
 *   width: number,
 *   height: number,
 *   scale?: number,
 *   colorScheme?: 'light' | 'dark',
 *   locale?: string,
 *   limits?: Record<string, number>,
 *   stored?: readonly StoredSample[],
 *   arrange?: (stage: Stage) => Promise<void>,
 * }} Screenshot
 */

/**
 * An upload that is there before the page is opened.
 *
 * @typedef {{ files: readonly string[], fields?: Record<string, string>, minutesAgo: number }} StoredSample
 */

/**
 * What a picture is arranged with.
 *
 * @typedef {{
 *   page: import('playwright').Page,
 *   url: string,
 *   sample: (name: string) => string,
 *   stopServer: () => Promise<void>,
 *   startServer: () => Promise<void>,
 * }} Stage
 */

const folder = path.join(root, 'docs/screenshots')
// The port is in the pictures, where it is free.
const port = 8080

/** `npm run screenshots`: makes `docs/screenshots/*.png`, each state of the console, anew. */
export async function takeScreenshots() {
  await ensureInstalled()
  await ensureBuilt()
  const executablePath = chromiumPath()
  if (executablePath === undefined) throw new ScriptError(chromiumMissing)
  const { chromium } = await import('playwright')
  const browser = await chromium.launch({
    executablePath,
    args: chromiumArguments,
  })
  const samples = mkdtempSync(path.join(tmpdir(), 'wx-upload-samples-'))
  mkdirSync(folder, { recursive: true })
  try {
    const sample = await makeSampleFiles(samples, await browser.newPage())
    for (const screenshot of screenshots) {
      const file = await takeScreenshot(screenshot, { browser, sample })
      console.log(`${path.relative(root, file)}  ${Math.round(statSync(file).size / 1000)} kB`)
    }
  } finally {
    await browser.close()
    rmSync(samples, { recursive: true })
  }
  return 0
}

/**
 * @param {Screenshot} screenshot
 * @param {{ browser: import('playwright').Browser, sample: Stage['sample'] }} tools
 * @returns {Promise<string>} the file.
 */
async function takeScreenshot(screenshot, { browser, sample }) {
  const { name, width, height, scale = 1, colorScheme = 'light', locale = 'en-US' } = screenshot
  const uploads = mkdtempSync(path.join(tmpdir(), 'wx-upload-screenshot-'))
  const server = await createStageServer(uploads, screenshot.limits ?? {})
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme,
    locale,
    reducedMotion: 'reduce',
  })
  try {
    const page = await context.newPage()
    // What is to be seen on the way takes its time, on a slow machine more.
    page.setDefaultTimeout(180_000)
    const times = await store(server.url, screenshot.stored ?? [], sample)
    await page.route('**/uploads?*', (route) => setTimes(route, times))
    await page.goto(server.url)
    await page.locator('.hero, .stored').first().waitFor()
    await allPictures(page)
    const { url, close: stopServer, open: startServer } = server
    await screenshot.arrange?.({ page, url, sample, stopServer, startServer })
    await allPictures(page, server.isClosed() ? '.transfer' : '')
    const file = path.join(folder, `${name}.png`)
    await page.screenshot({ path: file })
    return file
  } finally {
    await context.close()
    await server.close()
    rmSync(uploads, { recursive: true })
  }
}

/**
 * A server that listens already, and can be stopped and started.
 *
 * @param {string} uploads
 * @param {Record<string, number>} limits
 * @returns {Promise<{ url: string, close: () => Promise<void>, open: () => Promise<void>, isClosed: () => boolean }>}
 */
async function createStageServer(uploads, limits) {
  const [{ createServer }, { createDiskStorage }] = await Promise.all([
    import('@wx-upload/receiver/server'),
    import('@wx-upload/receiver/fs'),
  ])
  const create = () => createServer({ storage: createDiskStorage(uploads), limits, log: 'silent' })
  let server = await create()
  const { url } = await server.listen({ port }).catch(() => server.listen({ port: 0 }))
  let isClosed = false
  return {
    url,
    isClosed: () => isClosed,
    async close() {
      if (isClosed) return
      isClosed = true
      await server.close()
    },
    async open() {
      server = await create()
      await server.listen({ port: Number(new URL(url).port) })
      isClosed = false
    },
  }
}

/**
 * Uploads the samples, the oldest first.
 *
 * @param {string} url
 * @param {readonly StoredSample[]} stored
 * @param {Stage['sample']} sample
 * @returns {Promise<Map<string, string>>} when each is to have been received, by its id.
 */
async function store(url, stored, sample) {
  /** @type {Map<string, string>} */
  const times = new Map()
  for (const { files, fields = {}, minutesAgo } of stored.toReversed()) {
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    for (const name of files) form.append('file', await openSample(sample(name)), name)
    const response = await fetch(`${url}/upload`, { method: 'POST', body: form })
    const { id } = await response.json()
    times.set(id, new Date(Date.now() - minutesAgo * 60_000).toISOString())
  }
  return times
}

/** What a phone says of the files that it sends. */
const types = new Map(
  Object.entries({
    '.jpg': 'image/jpeg',
    '.pdf': 'application/pdf',
    '.csv': 'text/csv',
    '.mp4': 'video/mp4',
    '.m4a': 'audio/mp4',
    '.json': 'application/json',
    '.gz': 'application/gzip',
    '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  }),
)

/** @param {string} file */
function openSample(file) {
  return openAsBlob(file, { type: types.get(path.extname(file)) ?? '' })
}

/**
 * @param {import('playwright').Route} route
 * @param {Map<string, string>} times
 */
async function setTimes(route, times) {
  try {
    const response = await route.fetch()
    const list = await response.json()
    for (const upload of list.uploads) upload.receivedAt = times.get(upload.id) ?? upload.receivedAt
    await route.fulfill({ response, json: list })
  } catch {
    // The server has been stopped for the picture.
    await route.abort().catch(() => undefined)
  }
}

/**
 * Waits for the small pictures of what can be seen.
 *
 * @param {import('playwright').Page} page
 * @param {string} [rows] whose pictures alone; all by default.
 */
async function allPictures(page, rows = '') {
  await page.waitForFunction(
    (selector) =>
      [...document.querySelectorAll(selector)].every((picture) => {
        const { top, bottom } = picture.getBoundingClientRect()
        if (bottom < 0 || top > window.innerHeight) return true
        return picture.querySelector('img')?.complete
      }),
    `${rows} .picture-image`,
  )
}
