import type { RequestListener } from 'node:http'
import type { JSHandle, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { useChromium } from './chromium.ts'
import {
  type Client,
  importMapPage,
  openClientPage,
  watchUpload,
  type WatchedUpload,
} from './client-page.ts'
import { createGate } from './gate.ts'
import { startReceiver } from './receiver.ts'
import { startSite } from './site.ts'

const newPage = useChromium()

const unknownReason = {
  errMsg: 'uploadFile:fail upload fail:-2:net::ERR_FAILED',
  errno: 600001,
}

/** A page of a site that uploads to the site itself. */
async function openPage(
  onUpload: RequestListener,
): Promise<{ page: Page; client: JSHandle<Client>; url: string }> {
  const [page, origin] = await Promise.all([
    newPage(),
    startSite({ routes: { '/': importMapPage, '/upload': onUpload } }),
  ])
  return { page, client: await openClientPage(page, origin), url: `${origin}/upload` }
}

/** A Blob of the page. */
function createBlob(client: JSHandle<Client>, sizeBytes = 1): Promise<JSHandle<Blob>> {
  return client.evaluateHandle((_client, size) => new Blob([new Uint8Array(size)]), sizeBytes)
}

const answerOk: RequestListener = (req, res) => void req.resume().once('end', () => res.end('ok'))

describe('U-22 a network failure in a page', () => {
  it('is -106 while the browser is offline, and the next upload is none', async () => {
    const { page, client, url } = await openPage(answerOk)
    const filePath = await createBlob(client)
    await page.context().setOffline(true)
    expect(await watchUpload(client, { url, filePath })).toMatchObject({
      events: ['fail', 'complete'],
      result: {
        errMsg: 'uploadFile:fail upload fail:-106:net::ERR_INTERNET_DISCONNECTED',
        errno: 600001,
      },
    })
    await page.context().setOffline(false)
    const { result } = await watchUpload(client, { url, filePath })
    expect(result).toMatchObject({ data: 'ok' })
  })

  it('is -2 where what tries again cannot be loaded, and nothing is sent', async () => {
    let uploads = 0
    const { page, client, url } = await openPage((req, res) => {
      uploads += 1
      answerOk(req, res)
    })
    await page.route('**/send-repeatedly.js', (route) => route.abort())
    const filePath = await createBlob(client)
    const result = await client.evaluate(
      ({ wx }, { url, filePath }) =>
        new Promise((complete) => {
          wx.uploadFile({ url, filePath, name: 'file', retry: 1, complete })
        }),
      { url, filePath },
    )
    expect(result).toEqual(unknownReason)
    expect(uploads).toBe(0)
  })

  it('is -2 where the server does not allow pages of other origins, and nothing is sent', async () => {
    const methods: (string | undefined)[] = []
    const other = await startSite({
      routes: {
        '/upload': ({ method }, res) => {
          methods.push(method)
          res.end('not for you')
        },
      },
    })
    const { client } = await openPage(answerOk)
    const filePath = await createBlob(client)
    const { events, result } = await watchUpload(client, { url: `${other}/upload`, filePath })
    expect(result).toEqual(unknownReason)
    expect(events).toEqual(['fail', 'complete'])
    expect(methods).toEqual(['OPTIONS'])
  })

  it('is -2 where the policy of the page forbids the connection', async () => {
    const page = await newPage()
    const origin = await startSite({
      header: { 'Content-Security-Policy': "connect-src 'none'" },
      routes: { '/': importMapPage, '/upload': answerOk },
    })
    const client = await openClientPage(page, origin)
    const filePath = await createBlob(client)
    const { result } = await watchUpload(client, { url: `${origin}/upload`, filePath })
    expect(result).toEqual(unknownReason)
  })
})

it('U-24 another origin is asked first, and of its headers come those that it exposes', async () => {
  const methods: (string | undefined)[] = []
  const other = await startSite({
    routes: {
      '/upload': ({ method }, res) => {
        methods.push(method)
        res.setHeader('Access-Control-Allow-Origin', '*')
        res.setHeader('Access-Control-Expose-Headers', 'X-Shown')
        res.setHeader('X-Shown', 'yes')
        res.setHeader('X-Kept', 'yes')
        res.end('ok')
      },
    },
  })
  const { client } = await openPage(answerOk)
  const filePath = await createBlob(client)
  const { headers, result } = await watchUpload(client, { url: `${other}/upload`, filePath })
  expect(result).toMatchObject({ data: 'ok' })
  expect(headers?.header).toMatchObject({ 'x-shown': 'yes' })
  expect(headers?.header).not.toHaveProperty('x-kept')
  expect(methods).toEqual(['OPTIONS', 'POST'])
})

it.each([
  ["connect-src 'self'", 'are not found', { errno: 1300002 }],
  ["connect-src 'self' blob: data:", 'are sent', { errMsg: 'uploadFile:ok', data: 'ok' }],
])('U-09 under the policy %s a blob: and a data: URL %s', async (policy, _end, expected) => {
  const [page, origin] = await Promise.all([
    newPage(),
    startSite({
      header: { 'Content-Security-Policy': policy },
      routes: { '/': importMapPage, '/upload': answerOk },
    }),
  ])
  const client = await openClientPage(page, origin)
  const blobUrl = await page.evaluate(() => URL.createObjectURL(new Blob(['hello'])))
  for (const filePath of [blobUrl, 'data:text/plain,hello']) {
    const { result } = await watchUpload(client, { url: `${origin}/upload`, filePath })
    expect(result).toMatchObject(expected)
  }
})

describe('U-26 abort()', () => {
  const phases: Required<WatchedUpload>['abortAt'][] = [
    'call',
    'microtask',
    'task',
    'progress',
    'headers',
  ]

  it.each(phases)(
    'at the %s ends the upload once, and no connection stays open',
    async (abortAt) => {
      let open = 0
      const { client, url } = await openPage((req, res) => {
        open += 1
        res.once('close', () => (open -= 1))
        // What is neither read whole nor answered whole ends by the abort alone. A type that no browser guesses at.
        res.writeHead(200, { 'Content-Type': 'application/json' })
        req.on('data', () => {
          if (abortAt === 'headers') res.write('{')
        })
      })
      const filePath = await createBlob(client, abortAt === 'headers' ? 1 : 64 * 1024 * 1024)
      const { events, result } = await watchUpload(client, { url, filePath, abortAt })
      expect(result).toEqual({ errMsg: 'uploadFile:fail abort', errno: 1 })
      const before = { progress: ['progress'], headers: ['progress', 'headers'] }
      const expected = abortAt === 'progress' || abortAt === 'headers' ? before[abortAt] : []
      expect(events).toEqual([...expected, 'fail', 'complete'])
      await expect.poll(() => open, { timeout: 30_000 }).toBe(0)
    },
  )
})

it('U-19 of fifty uploads at once each gets the answer to itself', async () => {
  const [url, { client }] = await Promise.all([startReceiver(), openPage(answerOk)])
  const answers = await client.evaluate(
    ({ wx }, url) =>
      Promise.all(
        Array.from(
          { length: 50 },
          (_none, index) =>
            new Promise<string>((resolve) => {
              wx.uploadFile({
                url,
                filePath: new File(['x'.repeat(index)], `${index}.txt`),
                name: 'file',
                complete: (result) => resolve('data' in result ? result.data : result.errMsg),
              })
            }),
        ),
      ),
    url,
  )
  const files = answers.map((answer) => JSON.parse(answer).files[0])
  expect(files.map(({ name, size }) => ({ name, size }))).toEqual(
    Array.from({ length: 50 }, (_none, size) => ({ name: `${size}.txt`, size })),
  )
})

it('an upload ends with its page: the connection closes, and no callback runs', async () => {
  const begun = createGate()
  const ended = createGate()
  const { page, client, url } = await openPage((req) => {
    begun.open()
    req.resume().once('close', ended.open)
  })
  await client.evaluate(({ wx }, url) => {
    // More than the server has read when the page goes: it answers nothing before all is there.
    wx.uploadFile({
      url,
      filePath: new Blob([new Uint8Array(64 * 1024 * 1024)]),
      name: 'file',
      complete: ({ errMsg }) => sessionStorage.setItem('ended', errMsg),
    })
  }, url)
  await begun.opened
  await page.reload()
  await ended.opened
  expect(await page.evaluate(() => sessionStorage.getItem('ended'))).toBeNull()
})
