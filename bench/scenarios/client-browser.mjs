// @ts-check
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { chromium } from 'playwright'
import { chromiumArguments, chromiumPath } from '../../scripts/lib/chromium.mjs'
import { root } from '../../scripts/lib/command.mjs'
import { discardUrl } from '../lib/discard-server.mjs'
import { ratio } from '../lib/goals.mjs'
import { benchFolder } from '../lib/peers.mjs'
import { metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

const mebibyte = 1024 ** 2
const { wall } = metrics

/** @type {import('../lib/scenario.mjs').Scenario} */
export const clientBrowser = {
  name: 'client-browser',
  title: 'Client in Chromium: a file of 512 MiB',
  note: 'Each in a new browser, from the call to its end, after one small upload.',
  metrics: [wall],
  contestants: [
    { name: 'wx.uploadFile', role: 'ours', run: (bench) => measure(bench, 'wx'), isPossible },
    { name: 'XMLHttpRequest', role: 'limit', run: (bench) => measure(bench, 'xhr'), isPossible },
  ],
  goals: [ratio(wall, { of: 'wx.uploadFile', versus: 'XMLHttpRequest', most: 1.05 })],
  runs: 7,
}

function isPossible() {
  return chromiumPath() !== undefined
}

/**
 * @param {Workbench} bench
 * @param {'wx' | 'xhr'} contestant
 */
async function measure(bench, contestant) {
  const url = await discardUrl(bench)
  const file = await bench.file(bench.scale(512 * mebibyte))
  const browser = await chromium.launch({
    executablePath: chromiumPath() ?? '',
    args: chromiumArguments,
  })
  try {
    const page = await browser.newPage()
    await page.goto(await pageUrl(bench))
    await page.setInputFiles('input', file)
    const call = `measure(${JSON.stringify(contestant)}, ${JSON.stringify(url)})`
    return { wallSeconds: Number(await page.evaluate(call)) }
  } finally {
    await browser.close()
  }
}

/**
 * Where the page is, and beside it the packages as they are built.
 *
 * @param {Workbench} bench
 */
function pageUrl(bench) {
  return bench.once('page', async () => {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://page')
      const [, folder = '', ...rest] = pathname.split('/')
      const isPage = pathname === '/'
      const file = isPage
        ? path.join(benchFolder, 'contestants/page/index.html')
        : path.join(root, 'node_modules/@wx-upload', folder, 'dist', ...rest)
      response.setHeader('Content-Type', isPage ? 'text/html' : 'text/javascript')
      readFile(file).then(
        (content) => response.end(content),
        () => response.writeHead(404).end(),
      )
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    bench.onClose(() => void server.close())
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the page has no port')
    return `http://127.0.0.1:${address.port}/`
  })
}
