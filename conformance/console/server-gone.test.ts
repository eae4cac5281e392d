import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createFolder,
  networkErrors,
  storedNames,
  upload,
  useChromium,
  useConsole,
  patient,
} from './console.fixture.ts'
import { startServer } from './server-process.fixture.ts'

const openConsole = useConsole()
const openPage = useChromium()

/** In the page. */
async function canReachServer(): Promise<boolean> {
  try {
    return (await fetch('/healthz')).ok
  } catch {
    return false
  }
}

describe('a server that goes away', () => {
  it('is said to be gone; when it is back the list is right again, and what failed can be sent', async () => {
    const folder = await createFolder()
    const first = await startServer(folder)
    await upload(first.url, { 'before.txt': 'hello' })
    const page = await openPage({ expected: networkErrors })
    await page.goto(first.url)
    await page.getByRole('link', { name: 'before.txt' }).waitFor()

    await first.kill()
    await page.getByRole('status').getByText('Connection to the server lost.').waitFor()
    expect(await page.getByRole('link', { name: 'before.txt' }).count()).toBe(1)
    const buffer = Buffer.from('hello')
    const mimeType = 'text/plain'
    await page.locator('input[type=file]').setInputFiles([
      { name: 'one.txt', mimeType, buffer },
      { name: 'two.txt', mimeType, buffer },
    ])
    await page.getByRole('heading', { name: '2 failed' }).waitFor()
    expect(await page.getByRole('region', { name: 'Not sent' }).innerText()).toContain(
      'The server could not be reached, or the connection broke.',
    )

    const second = await startServer(folder, first.port)
    await upload(second.url, { 'meanwhile.txt': 'hello' })
    await page.getByRole('link', { name: 'meanwhile.txt' }).waitFor()
    await page.getByText('Connection to the server lost.').waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Try 2 failed again' }).click()
    await expect
      .poll(async () => (await storedNames(second.url)).toSorted(), patient)
      .toEqual(['before.txt', 'meanwhile.txt', 'one.txt', 'two.txt'])
    await page.getByRole('heading', { name: '2 files sent' }).waitFor()
  })

  it('fails what was being sent; each file ends as sent or failed, and none is lost', async () => {
    const folder = await createFolder()
    const sources = await createFolder()
    const first = await startServer(folder)
    const page = await openPage({ expected: networkErrors })
    await page.goto(first.url)
    const names = Array.from({ length: 40 }, (_name, index) => `file${index}.bin`)
    const files = names.map((name) => path.join(sources, name))
    await Promise.all(files.map((file) => writeFile(file, Buffer.alloc(1_000_000))))
    await page.locator('input[type=file]').setInputFiles(files)
    // In the middle.
    await page.getByRole('region', { name: 'Sent', exact: true }).waitFor()
    await first.kill()
    const tryAll = page.getByRole('button', { name: 'Try all again' })
    await page.getByRole('region', { name: 'Sending', exact: true }).waitFor({ state: 'hidden' })
    const second = await startServer(folder, first.port)
    await page.getByText('Connection to the server lost.').waitFor({ state: 'hidden' })
    if ((await tryAll.count()) > 0) await tryAll.click()
    await expect
      .poll(async () => new Set(await storedNames(second.url)).size, patient)
      .toBe(names.length)
    await page.getByRole('region', { name: 'Not sent' }).waitFor({ state: 'hidden' })
  })

  it('cannot be reached without a network, and is again with one', async () => {
    const { page, url } = await openConsole({ expected: networkErrors })
    await page.getByText('Or send something from elsewhere').waitFor()
    await page.context().setOffline(true)
    await page.locator('input[type=file]').setInputFiles({
      name: 'one.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('hello'),
    })
    await page.getByText('This computer is offline.').waitFor()
    await page.context().setOffline(false)
    // Chromium says so a little before it is so.
    await expect.poll(() => page.evaluate(canReachServer), patient).toBe(true)
    await page.getByRole('button', { name: 'Try again: one.txt' }).click()
    await page.getByRole('heading', { name: '1 file sent' }).waitFor()
    expect(await storedNames(url)).toEqual(['one.txt'])
  })

  it('is asked again when the list could not be loaded', async () => {
    const page = await openPage({ expected: [...networkErrors, /503/] })
    const server = await startServer(await createFolder())
    await upload(server.url, { 'notes.txt': 'hello' })
    await page.route('**/uploads?*', (route) => route.abort())
    await page.goto(server.url)
    const failure = page.getByRole('alert')
    await failure.getByText('The list could not be loaded.').waitFor()
    await failure.getByText('The server could not be reached, or the connection broke.').waitFor()
    await page.unroute('**/uploads?*')
    await failure.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: 'notes.txt' }).waitFor()
    expect(await failure.count()).toBe(0)
  })
})
