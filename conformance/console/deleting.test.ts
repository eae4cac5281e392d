import type { Locator, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { networkErrors, patient, storedNames, upload, useConsole } from './console.fixture.ts'

const openConsole = useConsole()

/** Longer than an upload can be brought back. */
const undoMs = 9000

function row(page: Page, name: string): Locator {
  return page.locator('.stored').filter({ hasText: name })
}

describe('deleting', () => {
  it('hides an upload at once, deletes it a little later, and says so', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'notes.txt': 'hello' })
    await page.clock.install()
    await page.getByRole('button', { name: 'Delete notes.txt' }).click()
    await expect.poll(() => row(page, 'notes.txt').count(), patient).toBe(0)
    await page.getByRole('region', { name: 'Notices' }).getByText('notes.txt deleted').waitFor()
    expect(await storedNames(url)).toEqual(['notes.txt'])
    await page.clock.runFor(undoMs)
    await expect.poll(() => storedNames(url), patient).toEqual([])
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
    await expect.poll(() => storedNames(url), patient).toEqual([])
  })

  it('brings back what could not be deleted, and says why', async () => {
    const { page, url } = await openConsole({ expected: networkErrors })
    await upload(url, { 'notes.txt': 'hello' })
    await page.route('**/uploads/*', (route) => route.abort())
    await page.clock.install()
    await page.getByRole('button', { name: 'Delete notes.txt' }).click()
    await expect.poll(() => row(page, 'notes.txt').count(), patient).toBe(0)
    await page.clock.runFor(undoMs)
    await expect.poll(() => row(page, 'notes.txt').count(), patient).toBe(1)
    const notice = page.getByRole('alert')
    expect(await notice.innerText()).toContain(
      'notes.txt could not be deleted: the server could not be reached',
    )
    await notice.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => notice.count(), patient).toBe(0)
  })

  it('moves the focus of who uses the keyboard to the next upload', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'one.txt': '1' })
    await upload(url, { 'two.txt': '2' })
    await page.getByRole('button', { name: 'Delete two.txt' }).waitFor()
    await page.getByRole('button', { name: 'Details of two.txt' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => focusedLabel(page), patient).toBe('Delete one.txt')
  })

  it('gives the focus of who undoes it with the keyboard to what is back', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'one.txt': '1' })
    await page.getByRole('button', { name: 'Delete one.txt' }).click()
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Undo deleting one.txt' }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => focusedLabel(page), patient).toBe('Delete one.txt')
  })

  it('offers no undo of what another client has deleted meanwhile', async () => {
    const { page, url } = await openConsole()
    const id = await upload(url, { 'notes.txt': 'hello' })
    await page.clock.install()
    await page.getByRole('button', { name: 'Delete notes.txt' }).click()
    const undo = page.getByRole('button', { name: 'Undo deleting notes.txt' })
    await undo.waitFor()
    await fetch(`${url}/uploads/${id}`, { method: 'DELETE' })
    await undo.waitFor({ state: 'detached' })
    await page.clock.runFor(undoMs)
    expect(await page.getByRole('alert').count()).toBe(0)
  })
})

function focusedLabel(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
}
