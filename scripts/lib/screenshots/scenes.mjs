// @ts-check
import { request } from 'node:http'
import { playgroundScreenshots } from './playground-scenes.mjs'

/** @typedef {import('./take-screenshots.mjs').Screenshot} Screenshot */
/** @typedef {import('./take-screenshots.mjs').Stage} Stage */

const day = 24 * 60

/** What is on the server of most pictures, newest first. */
const stored = [
  {
    files: ['west-lake.jpg'],
    fields: { user: 'lin', album: 'Hangzhou', takenAt: '2026-11-23' },
    minutesAgo: 2,
  },
  { files: ['invoice-2026-11.pdf'], fields: { order: 'A-20418' }, minutesAgo: 6 },
  {
    files: ['sunrise.jpg', 'dunes.jpg', 'orders.csv'],
    fields: { trip: 'Dunhuang' },
    minutesAgo: 18,
  },
  { files: ['demo-recording.mp4'], minutesAgo: 47 },
  { files: ['产品需求文档.docx'], fields: { 作者: '陈晨', 版本: '3' }, minutesAgo: 130 },
  { files: ['forest.jpg'], minutesAgo: 200 },
  { files: ['backup.tar.gz'], minutesAgo: day },
  { files: ['app.json'], fields: { branch: 'main' }, minutesAgo: day },
  { files: ['night-market.jpg'], fields: { user: 'lin' }, minutesAgo: 2 * day },
  { files: ['meeting.m4a'], minutesAgo: 2 * day },
  { files: ['terraces.jpg'], minutesAgo: 3 * day },
]

const wide = { width: 1280, height: 860, stored }
const narrow = { width: 360, height: 780, scale: 2, stored }

const large = { fileSizeBytes: Infinity }

/** Every state of the console. @type {readonly Screenshot[]} */
export const screenshots = [
  { ...wide, name: 'empty-light', stored: [] },
  { ...wide, name: 'empty-dark-zh', stored: [], colorScheme: 'dark', locale: 'zh-CN' },
  { ...narrow, name: 'empty-360-zh', stored: [], locale: 'zh-CN' },
  { ...wide, name: 'loading-light', arrange: load },
  { ...wide, name: 'list-failed-light', arrange: failToLoad },
  {
    ...narrow,
    name: 'list-failed-360-dark-zh',
    colorScheme: 'dark',
    locale: 'zh-CN',
    arrange: failToLoad,
  },
  { ...wide, name: 'sending-light', limits: large, arrange: send },
  { ...wide, name: 'sending-dark', colorScheme: 'dark', limits: large, arrange: send },
  {
    ...narrow,
    name: 'sending-360-dark-zh',
    colorScheme: 'dark',
    locale: 'zh-CN',
    limits: large,
    arrange: send,
  },
  { ...wide, name: 'sending-2560-light', width: 2560, height: 1080, limits: large, arrange: send },
  { ...wide, name: 'waiting-light', arrange: wait },
  { ...wide, name: 'full-light', arrange: showDetails },
  { ...wide, name: 'full-dark-zh', colorScheme: 'dark', locale: 'zh-CN', arrange: showDetails },
  { ...narrow, name: 'full-360-light', arrange: scrollToStored },
  { ...wide, name: 'failed-light', limits: { fileSizeBytes: 20_000_000 }, arrange: fail },
  {
    ...wide,
    name: 'failed-dark-zh',
    colorScheme: 'dark',
    locale: 'zh-CN',
    limits: { fileSizeBytes: 20_000_000 },
    arrange: fail,
  },
  { ...wide, name: 'offline-light', arrange: goOffline },
  {
    ...narrow,
    name: 'offline-360-dark-zh',
    colorScheme: 'dark',
    locale: 'zh-CN',
    arrange: goOffline,
  },
  { ...wide, name: 'back-light', arrange: comeBack },
  { ...wide, name: 'drop-veil-light', arrange: dragOver },
  { ...wide, name: 'drop-veil-dark', colorScheme: 'dark', arrange: dragOver },
  { ...wide, name: 'delete-undo-light', arrange: deleteOne },
  { ...wide, name: 'delete-failed-light', arrange: failToDelete },
  ...playgroundScreenshots,
]

/** @param {Stage} stage */
async function load({ page }) {
  // The answer does not come.
  await page.route('**/uploads?*', () => undefined)
  await page.reload()
  await page.locator('.skeleton').waitFor()
  await appear(page, '.skeleton')
}

/** @param {Stage} stage */
async function failToLoad({ page }) {
  await page.route('**/uploads?*', (route) => route.abort())
  await page.reload()
  await page.locator('.panel-message').waitFor()
}

/** What is being sent: small files first, which are soon done. */
const toSend = [
  'readme.md',
  'app.json',
  'forest.jpg',
  'orders.csv',
  'IMG_2041.jpg',
  'walkthrough.mp4',
  'IMG_2042.jpg',
  'site-backup.zip',
  'IMG_2043.jpg',
  '会议录音.m4a',
  'slides.pdf',
  'podcast-12.mp3',
  'dataset.csv',
  'kitchen.mov',
  'IMG_2044.jpg',
  'app-release.apk',
  'scan-0412.pdf',
]

/** Bytes a second, so that a picture can be taken on the way. */
const slowRate = 3_000_000

/** @param {Stage} stage */
async function send({ page, url, sample }) {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: slowRate,
  })
  const incoming = beginUpload(url, 240_000_000)
  await page.locator('input[type=file]').setInputFiles(toSend.map(sample))
  await page.locator('.transfer-incoming').waitFor()
  // Until there is a rate, and something to see in the chart.
  await page.waitForFunction(
    () => Number(document.querySelector('.panel-head .bar')?.getAttribute('aria-valuenow')) >= 22,
  )
  incoming.stop()
}

/** @param {Stage} stage */
async function wait({ page, sample }) {
  await page.route('**/upload', () => undefined)
  await page.locator('input[type=file]').setInputFiles(toSend.map(sample))
  await page.locator('.transfer-waiting').first().waitFor()
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
}

/**
 * Another client's upload, with a pace that goes up and down.
 *
 * @param {string} url
 * @param {number} size
 */
function beginUpload(url, size) {
  const head =
    '--sample\r\nContent-Disposition: form-data; name="file"; filename="field-trip.mov"\r\n' +
    'Content-Type: video/quicktime\r\n\r\n'
  const upload = request(`${url}/upload`, {
    method: 'POST',
    headers: {
      'Content-Type': 'multipart/form-data; boundary=sample',
      'Content-Length': head.length + size + '\r\n--sample--\r\n'.length,
    },
  })
  // The server is closed before it has ended.
  upload.on('error', () => undefined)
  upload.write(head)
  let step = 0
  const timer = setInterval(() => {
    step += 1
    upload.write(Buffer.alloc(Math.round(700_000 * (1.3 + Math.sin(step / 7)))))
  }, 100)
  return { stop: () => clearInterval(timer) }
}

/** @param {Stage} stage */
async function showDetails({ page }) {
  const first = page.locator('.stored').first()
  await first.locator('[aria-expanded]').click()
  await page.mouse.move(0, 0)
}

/** @param {Stage} stage */
async function scrollToStored({ page }) {
  await page.locator('.stored-panel').evaluate((panel) => {
    window.scrollTo(0, panel.getBoundingClientRect().top + window.scrollY - 68)
  })
}

/** @param {Stage} stage */
async function fail({ page, sample }) {
  let requests = 0
  await page.route('**/upload', async (route) => {
    requests += 1
    if (requests === 1) {
      await route.fulfill({
        status: 507,
        contentType: 'application/problem+json',
        body: JSON.stringify({ detail: 'Writing west-lake.jpg failed: ENOSPC' }),
      })
    } else if (requests === 2) await route.abort('connectionreset')
    else await route.continue()
  })
  const input = page.locator('input[type=file]')
  await input.setInputFiles(sample('west-lake.jpg'))
  await page.locator('.transfer-failed').waitFor()
  await input.setInputFiles(sample('meeting.m4a'))
  await page.locator('.transfer-failed').nth(1).waitFor()
  await page.unroute('**/upload')
  await input.setInputFiles({
    name: 'holiday-film.mp4',
    mimeType: 'video/mp4',
    buffer: Buffer.alloc(24_000_000),
  })
  await page.locator('.transfer-failed').nth(2).waitFor()
  await input.setInputFiles([sample('orders.csv'), sample('dunes.jpg')])
  await page.locator('.transfer-done').nth(1).waitFor()
}

/** @param {Stage} stage */
async function goOffline({ page, sample, stopServer }) {
  await stopServer()
  await page.locator('.banner-lost').waitFor()
  await page
    .locator('input[type=file]')
    .setInputFiles([sample('sunrise.jpg'), sample('invoice-2026-11.pdf')])
  await page.locator('.transfer-failed').nth(1).waitFor()
  await appear(page, '.banner-lost')
}

/**
 * Waits until something has appeared as it stays.
 *
 * @param {import('playwright').Page} page
 * @param {string} selector
 */
async function appear(page, selector) {
  await page.waitForFunction(
    (selector) =>
      document
        .querySelector(selector)
        ?.getAnimations()
        .every(({ playState }) => playState === 'finished'),
    selector,
  )
}

/** @param {Stage} stage */
async function comeBack(stage) {
  await goOffline(stage)
  await stage.startServer()
  await stage.page.locator('.banner-back').waitFor()
  await appear(stage.page, '.banner-back')
}

/** @param {Stage} stage */
async function dragOver({ page, sample }) {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [sample('west-lake.jpg')], dragOperationsMask: 1 }
  for (const type of /** @type {const} */ (['dragEnter', 'dragOver'])) {
    await session.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data })
  }
  await page.locator('.drop-veil').waitFor()
}

/** @param {Stage} stage */
async function deleteOne({ page }) {
  await page.locator('.stored').nth(1).locator('.remove').click()
  await page.locator('.toast').waitFor()
  await page.mouse.move(0, 0)
}

/** @param {Stage} stage */
async function failToDelete({ page }) {
  await page.route('**/uploads/*', (route) => route.abort())
  await page.clock.install()
  await page.locator('.stored').nth(1).locator('.remove').click()
  await page.locator('.toast').waitFor()
  // Longer than it can be brought back.
  await page.clock.runFor(9000)
  await page.getByRole('alert').waitFor()
  await page.mouse.move(0, 0)
}
