import { mkdir, rm, writeFile } from 'node:fs/promises'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createServer } from '../../server.ts'
import { temporaryFolder } from '../receiver.fixture.ts'

const fromBrowser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const strict = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
  'content-type': 'text/html; charset=utf-8',
}

describe('R-13 the pages of createServer', () => {
  it('show the console to a browser, and a welcome to anybody else', async () => {
    const { url } = await startServer()
    const page = await fetch(url, { headers: fromBrowser })
    expect([page.status, await page.text()]).toEqual([200, 'page index.html'])
    for (const accept of ['*/*', 'application/json', 'text/plain']) {
      const welcome = await fetch(url, { headers: { Accept: accept } })
      expect(Object.fromEntries(welcome.headers)).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        vary: 'Accept',
      })
      expect(await welcome.text()).toContain(`curl -F file=@photo.jpg ${url}/upload`)
    }
    expect(page.headers.get('Vary')).toBe('Accept')
  })

  it.each([
    [
      '/',
      'index.html',
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ],
    [
      '/playground',
      'playground.html',
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; frame-src 'self'",
    ],
    [
      '/playground/runner',
      'runner.html',
      "default-src 'none'; script-src 'self' 'unsafe-eval' blob:; style-src 'self'; img-src 'self' blob: data:; " +
        "connect-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    ],
  ])(
    'serve %s with a strict policy, and again only when it has changed',
    async (path, file, policy) => {
      const { url, folder } = await startServer()
      const page = await fetch(url + path, { headers: fromBrowser })
      expect([page.status, await page.text()]).toEqual([200, `page ${file}`])
      expect(Object.fromEntries(page.headers)).toMatchObject(strict)
      expect(directives(page.headers.get('Content-Security-Policy'))).toEqual(directives(policy))
      // Not by fetch, which asks for an answer that is not from any cache.
      const ifChanged = {
        path,
        headers: { ...fromBrowser, 'If-None-Match': page.headers.get('ETag') ?? '' },
      }
      const again = await request(url, ifChanged)
      expect([again.statusCode, again.headers['cache-control']]).toEqual([304, 'no-cache'])
      await writeFile(join(folder, file), 'another page')
      expect((await request(url, ifChanged)).statusCode).toBe(200)
      const head = await fetch(url + path, { method: 'HEAD', headers: fromBrowser })
      expect([head.status, await head.text()]).toEqual([200, ''])
      expect(Object.fromEntries(head.headers)).toMatchObject(strict)
    },
  )

  it('serve assets that never change, for ever', async () => {
    const { url } = await startServer()
    const script = await fetch(`${url}/assets/index-a1b2.js`)
    expect([script.status, await script.text()]).toEqual([200, 'script'])
    expect(Object.fromEntries(script.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringMatching(/^(?:text|application)\/javascript;/),
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
  })

  it.each([
    '/assets/nothing.js',
    '/assets/',
    '/assets',
    '/assets/..%2findex.html',
    '/assets/%2e%2e/index.html',
    '/assets/..%5cindex.html',
    '/assets/%00',
    '/index.html',
    '/runner.html',
    '/playground/',
    '/secret.txt',
  ])('R-03 answer 404 to %s with a problem', async (path) => {
    const { url } = await startServer()
    const answer = await request(url, { path })
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ])
    expect(answer.headers['cache-control'] ?? '').not.toContain('immutable')
  })

  it.each([
    '/',
    '/playground',
    '/playground/runner',
    '/assets/index-a1b2.js',
    '/events',
    '/nothing',
  ])(
    'R-07 are not to be had under a name that somebody else has pointed to this machine: %s',
    async (path) => {
      const { url } = await startServer()
      const headers = { ...fromBrowser, Host: 'evil.example' }
      expect((await request(url, { path, headers })).statusCode).toBe(421)
    },
  )

  it('say how to build them where nobody has, and are there as soon as somebody does', async () => {
    const { url, folder } = await startServer()
    await rm(folder, { recursive: true })
    for (const path of ['/', '/playground', '/playground/runner']) {
      const answer = await fetch(url + path, { headers: fromBrowser })
      expect([answer.status, answer.headers.get('Content-Type')]).toEqual([
        503,
        'text/plain; charset=utf-8',
      ])
      expect(await answer.text()).toContain('npm run build')
    }
    expect((await fetch(url)).status).toBe(200)
    expect((await fetch(`${url}/assets/index-a1b2.js`)).status).toBe(404)
    await buildFakeConsole(folder)
    expect(await (await fetch(url, { headers: fromBrowser })).text()).toBe('page index.html')
    expect((await fetch(`${url}/assets/index-a1b2.js`)).status).toBe(200)
  })

  it('begin where there is no folder at all', async () => {
    const { url } = await startServer({ consoleFolder: join(await temporaryFolder(), 'none') })
    expect((await fetch(url, { headers: fromBrowser })).status).toBe(503)
  })
})

function directives(policy: string | null): string[] {
  return (policy ?? '').split('; ').toSorted()
}

async function startServer(
  options: { consoleFolder?: string } = {},
): Promise<{ url: string; folder: string }> {
  const folder = await temporaryFolder()
  await buildFakeConsole(folder)
  const storage = createDiskStorage(await temporaryFolder(), { durability: 'none' })
  const server = await createServer({ storage, log: 'silent', consoleFolder: folder, ...options })
  onTestFinished(() => server.close())
  const { url } = await server.listen()
  return { url, folder }
}

async function buildFakeConsole(folder: string): Promise<void> {
  await mkdir(join(folder, 'assets'), { recursive: true })
  for (const file of ['index.html', 'playground.html', 'runner.html']) {
    await writeFile(join(folder, file), `page ${file}`)
  }
  await writeFile(join(folder, 'assets', 'index-a1b2.js'), 'script')
  await writeFile(join(folder, 'secret.txt'), 'secret')
}

/** A GET with any path and any Host, as they are. */
function request(
  url: string,
  options: { path: string; headers?: Record<string, string> },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet(url, options, (response) => {
      response.resume()
      resolve(response)
    }).on('error', reject)
  })
}
