import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Locator, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { networkErrors, storedNames, upload, useConsole } from './console.fixture.ts'

const openConsole = useConsole()

// Long enough for the time to undo, on a slow machine.
const undoneTimeout = { timeout: 40_000 }

function row(page: Page, name: string): Locator {
  return page.locator('.stored').filter({ hasText: name })
}

/** What the page has put on the clipboard. */
function readClipboard(page: Page): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText())
}

const withClipboard = { browser: { permissions: ['clipboard-read', 'clipboard-write'] } }

describe('what is on the server', () => {
  it('says how to upload when there is nothing, with this server’s own url', async () => {
    const { page, url } = await openConsole(withClipboard)
    await page.getByText('Or send something from elsewhere').waitFor()
    await page.getByRole('button', { name: 'Copy the curl example' }).click()
    await expect.poll(() => readClipboard(page)).toBe(`curl -F file=@photo.jpg ${url}/upload`)
  })

  it('shows an upload of another client at once, with its fields', async () => {
    const { page, url } = await openConsole()
    await page.getByText('Or send something from elsewhere').waitFor()
    await upload(url, { 'notes.txt': 'hello' }, { user: 'ada', empty: '' })
    const line = row(page, 'notes.txt')
    await line.waitFor()
    expect(await line.getByRole('list', { name: 'Form fields' }).innerText()).toMatch(
      /user\s*ada\s+empty/,
    )
    await page.getByRole('status').getByText('notes.txt arrived.').waitFor()
  })

  it('shows an upload of several files as one', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'a.txt': 'aa', 'b.txt': 'b' })
    const group = row(page, 'Upload of 2 files')
    await group.getByRole('link', { name: 'a.txt' }).waitFor()
    await group.getByRole('link', { name: 'b.txt' }).waitFor()
    expect(await page.locator('.stored').count()).toBe(1)
    expect(await group.innerText()).toContain('3 B')
  })

  it('shows newest first, and more when the end is nearly reached', async () => {
    const { page } = await openConsole({
      async before(url) {
        for (let number = 1; number <= 120; number += 1)
          await upload(url, { [`file${number}.txt`]: 'x' })
      },
    })
    await row(page, 'file120.txt').waitFor()
    expect(await page.locator('.stored').first().innerText()).toContain('file120.txt')
    expect(await page.locator('.stored').count()).toBe(50)
    await expect
      .poll(async () => {
        await page.locator('.stored').last().scrollIntoViewIfNeeded()
        return page.locator('.stored').count()
      })
      .toBe(120)
    expect(await page.locator('.stored').last().innerText()).toContain('file1.txt')
    await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  })

  it('opens a file in a new tab that cannot reach this one', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'notes.txt': new Blob(['hello'], { type: 'text/plain' }) })
    const link = page.getByRole('link', { name: 'notes.txt' })
    expect(await link.getAttribute('rel')).toBe('noopener')
    const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()])
    await opened.getByText('hello').waitFor()
  })

  it('copies a link that another client can get the file from', async () => {
    const { page, url } = await openConsole(withClipboard)
    await upload(url, { 'notes.txt': 'hello' })
    await page.getByRole('button', { name: 'Copy the link of notes.txt' }).click()
    await page.getByRole('status').getByText('Copied').waitFor()
    const answer = await fetch(await readClipboard(page))
    expect(await answer.text()).toBe('hello')
  })

  it('copies wx.uploadFile code that repeats the upload', async () => {
    const { page, url } = await openConsole(withClipboard)
    await upload(url, { 'notes.txt': 'hello' }, { user: 'ada' })
    await page.getByRole('button', { name: /^Copy wx\.uploadFile code/ }).click()
    await page.getByRole('status').getByText('Copied').waitFor()
    const code = await readClipboard(page)
    expect(code).toContain(`url: '${url}/upload'`)
    expect(code).toContain(`filePath: 'notes.txt'`)
    expect(code).toContain(`user: 'ada'`)
  })

  it('shows the checksum among the details', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'notes.txt': 'hello' })
    const button = page.getByRole('button', { name: 'Details of notes.txt' })
    await button.click()
    expect(await button.getAttribute('aria-expanded')).toBe('true')
    await page
      .getByText('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824')
      .waitFor()
    await button.click()
    expect(await button.getAttribute('aria-expanded')).toBe('false')
  })

  it('shows a picture of an image, and an icon of what only claims to be one', async () => {
    const { page, url } = await openConsole()
    const photo = await readFile(path.join(import.meta.dirname, '../../examples/photo.jpg'))
    const type = 'image/jpeg'
    await upload(url, { 'photo.jpg': new Blob([new Uint8Array(photo)], { type }) })
    await upload(url, { 'broken.jpg': new Blob(['no picture'], { type }) })
    await row(page, 'broken.jpg').locator('svg.icon').first().waitFor()
    await expect.poll(() => row(page, 'broken.jpg').locator('img').count()).toBe(0)
    const picture = row(page, 'photo.jpg').locator('img')
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0)
  })

  it('takes away what another client deletes', async () => {
    const { page, url } = await openConsole()
    const id = await upload(url, { 'notes.txt': 'hello' })
    await row(page, 'notes.txt').waitFor()
    await fetch(`${url}/uploads/${id}`, { method: 'DELETE' })
    await expect.poll(() => row(page, 'notes.txt').count()).toBe(0)
  })
})

describe('deleting', () => {
  it('hides an upload at once, deletes it a little later, and says so', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'notes.txt': 'hello' })
    await page.getByRole('button', { name: 'Delete notes.txt' }).click()
    await expect.poll(() => row(page, 'notes.txt').count()).toBe(0)
    await page.getByRole('region', { name: 'Notices' }).getByText('notes.txt deleted').waitFor()
    expect(await storedNames(url)).toEqual(['notes.txt'])
    await expect.poll(() => storedNames(url), undoneTimeout).toEqual([])
    await page.getByRole('region', { name: 'Notices' }).waitFor({ state: 'detached' })
  })

  it.each(['by its button', 'by the keyboard'])('is undone %s', async (how) => {
    const { page, url } = await openConsole()
    await upload(url, { 'notes.txt': 'hello' })
    await page.getByRole('button', { name: 'Delete notes.txt' }).click()
    const undo = page.getByRole('button', { name: 'Undo deleting notes.txt' })
    await undo.waitFor()
    if (how === 'by its button') await undo.click()
    else await page.keyboard.press('Control+z')
    await row(page, 'notes.txt').waitFor()
    await undo.waitFor({ state: 'detached' })
    expect(await storedNames(url)).toEqual(['notes.txt'])
  })

  it('deletes what is pending when the page is closed', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'notes.txt': 'hello' })
    await page.getByRole('button', { name: 'Delete notes.txt' }).click()
    await page.getByRole('button', { name: 'Undo deleting notes.txt' }).waitFor()
    await page.close({ runBeforeUnload: true })
    await expect.poll(() => storedNames(url)).toEqual([])
  })

  it('brings back what could not be deleted, and says why', async () => {
    const { page, url } = await openConsole({ expected: networkErrors })
    await upload(url, { 'notes.txt': 'hello' })
    await page.route('**/uploads/*', (route) => route.abort())
    await page.getByRole('button', { name: 'Delete notes.txt' }).click()
    await expect.poll(() => row(page, 'notes.txt').count()).toBe(0)
    await expect.poll(() => row(page, 'notes.txt').count(), undoneTimeout).toBe(1)
    const notice = page.getByRole('alert')
    expect(await notice.innerText()).toContain(
      'notes.txt could not be deleted: the server could not be reached',
    )
    await notice.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => notice.count()).toBe(0)
  })

  it('moves the focus of who uses the keyboard to the next upload', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'one.txt': '1' })
    await upload(url, { 'two.txt': '2' })
    await page.getByRole('button', { name: 'Delete two.txt' }).waitFor()
    await page.getByRole('button', { name: 'Details of two.txt' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Delete one.txt')
  })
})
