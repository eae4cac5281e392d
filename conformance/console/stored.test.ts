import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Locator, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { patient, upload, useConsole } from './console.fixture.ts'

const openConsole = useConsole()

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
    await expect
      .poll(() => readClipboard(page), patient)
      .toBe(`curl -F file=@photo.jpg ${url}/upload`)
  })

  it('shows an upload of another client at once, with its fields', async () => {
    const { page, url } = await openConsole()
    await page.getByText('Or send something from elsewhere').waitFor()
    await upload(url, { 'notes.txt': 'hello' }, { user: 'ada', empty: '' })
    const line = row(page, 'notes.txt')
    await line.waitFor()
    // A row that has not been painted yet has no text of its own.
    await expect
      .poll(() => line.getByRole('list', { name: 'Form fields' }).innerText(), patient)
      .toMatch(/user\s*ada\s+empty/)
    await page.getByRole('status').getByText('notes.txt arrived.').waitFor()
  })

  it('shows an upload of several files as one', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'a.txt': 'aa', 'b.txt': 'b' })
    const group = row(page, 'Upload of 2 files')
    await group.getByRole('link', { name: 'a.txt' }).waitFor()
    await group.getByRole('link', { name: 'b.txt' }).waitFor()
    expect(await page.locator('.stored').count()).toBe(1)
    expect(await group.textContent()).toContain('3 B')
  })

  it('shows newest first, and more when the end is nearly reached', async () => {
    const { page } = await openConsole({
      async before(url) {
        for (let number = 1; number <= 120; number += 1)
          await upload(url, { [`file${number}.txt`]: 'x' })
      },
    })
    await row(page, 'file120.txt').waitFor()
    expect(await page.locator('.stored').first().textContent()).toContain('file120.txt')
    expect(await page.locator('.stored').count()).toBe(50)
    await expect
      .poll(async () => {
        await page.locator('.stored').last().scrollIntoViewIfNeeded()
        return page.locator('.stored').count()
      }, patient)
      .toBe(120)
    expect(await page.locator('.stored').last().textContent()).toContain('file1.txt')
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
    await expect.poll(() => row(page, 'broken.jpg').locator('img').count(), patient).toBe(0)
    const picture = row(page, 'photo.jpg').locator('img')
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), patient)
      .toBeGreaterThan(0)
  })

  it('takes away what another client deletes', async () => {
    const { page, url } = await openConsole()
    const id = await upload(url, { 'notes.txt': 'hello' })
    await row(page, 'notes.txt').waitFor()
    await fetch(`${url}/uploads/${id}`, { method: 'DELETE' })
    await expect.poll(() => row(page, 'notes.txt').count(), patient).toBe(0)
  })

  it('shows names and fields as they are, and none turns the words around it', async () => {
    const { page, url } = await openConsole()
    const turning = '\u202Egpj.exe'
    const markup = '<img src=x onerror=alert(1)>.html'
    const emoji = `👩‍👩‍👧‍👦${'文'.repeat(70)}"'.png`
    for (const name of [turning, markup, emoji]) {
      const content = new Blob(['x'], { type: 'text/html' })
      await upload(url, { [name]: content }, { '<b>user</b>': '<script>alert(1)</script>' })
    }
    // The last one to be sent, and so to be shown.
    await row(page, emoji).getByRole('link').waitFor()
    expect(await row(page, markup).getByRole('link').textContent()).toBe(markup)
    expect(await row(page, markup).textContent()).toMatch(/<b>user<\/b>\s*<script>alert\(1\)/)
    await row(page, turning).locator('.remove').click()
    const words = page.locator('.toast-text')
    expect(await words.textContent()).toBe(`\u2068${turning}\u2069 deleted`)
    // The words that follow stand to the right of the name, as they are read.
    const places = await words.evaluate((element) => {
      const text = element.firstChild
      const range = document.createRange()
      return ['exe', 'deleted'].map((part) => {
        if (text === null) return 0
        const start = text.textContent?.indexOf(part) ?? 0
        range.setStart(text, start)
        range.setEnd(text, start + part.length)
        return range.getBoundingClientRect().left
      })
    })
    expect(places[1]).toBeGreaterThan(places[0] ?? Infinity)
  })

  it('shows a little of a long field in the list, and all of it among the details', async () => {
    const { page, url } = await openConsole()
    const value = `begin${' word'.repeat(40_000)} end`
    await upload(url, { 'notes.txt': 'x' }, { long: value })
    const line = row(page, 'notes.txt')
    await line.waitFor()
    const shown = await line.getByRole('list', { name: 'Form fields' }).textContent()
    expect(shown).toMatch(/^longbegin word.*…$/)
    expect(shown?.length).toBeLessThan(400)
    await page.getByRole('button', { name: 'Details of notes.txt' }).click()
    expect(await line.locator('.field-value').textContent()).toBe(value)
  })

  it('tells the age of an upload by the server’s clock, also on a computer that is hours ahead', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'old.txt': 'hello' })
    await page.clock.install({ time: Date.now() + 3 * 3_600_000 })
    await page.reload()
    await expect.poll(() => row(page, 'old.txt').locator('time').textContent(), patient).toBe('now')
  })
})
