import { mkdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Locator, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { createFolder, storedNames, upload, useConsole, patient } from './console.fixture.ts'
import { drag } from './dropped.fixture.ts'

const openConsole = useConsole()

/** Makes files of these names in a new folder; a name may have folders in it. */
async function makeFiles(names: readonly string[], content = 'hello'): Promise<string[]> {
  const folder = await createFolder()
  return await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, content)
      return file
    }),
  )
}

async function choose(page: Page, files: readonly string[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Choose files' }).click(),
  ])
  await chooser.setFiles([...files])
}

/** The part of the page with the uploads that stand at one point. */
function section(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true })
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_item, index) => index + 1)
}

describe('sending', () => {
  it('sends what is chosen, and says so in the page, its title and to assistive technology', async () => {
    const { page, url } = await openConsole()
    await choose(page, await makeFiles(['one.txt', 'two.txt']))
    await page.getByRole('heading', { name: '2 files sent' }).waitFor()
    await section(page, 'Sent').getByText('one.txt').waitFor()
    await page.getByRole('status').getByText('2 files sent.').waitFor()
    expect((await storedNames(url)).toSorted()).toEqual(['one.txt', 'two.txt'])
    // And there they are, told by the server.
    await page.getByRole('link', { name: 'one.txt' }).waitFor()
    expect(await page.title()).toBe('wx-upload')
  })

  it('sends what is dropped, folders and what is in them too, behind a veil while it is dragged', async () => {
    const { page, url } = await openConsole()
    const [file = '', nested = ''] = await makeFiles([
      'top.txt',
      'photos/2026/a.txt',
      'photos/b.txt',
    ])
    const folder = path.dirname(path.dirname(nested))
    const dragged = await drag(page, [file, folder])
    await page.getByText('Drop to upload').waitFor()
    await dragged.drop()
    await page.getByText('Drop to upload').waitFor({ state: 'hidden' })
    await page.getByRole('heading', { name: '3 files sent' }).waitFor()
    expect((await storedNames(url)).toSorted()).toEqual(['a.txt', 'b.txt', 'top.txt'])
    await section(page, 'Sent').getByText('photos/2026/a.txt').waitFor()
  })

  it('takes files from the first moment, so that the browser never opens them in its place', async () => {
    const { page } = await openConsole()
    await page.addInitScript(() => {
      addEventListener('load', () => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File(['content'], 'one.txt'))
        const event = new DragEvent('dragover', { dataTransfer, cancelable: true })
        window.dispatchEvent(event)
        document.documentElement.dataset.taken = String(event.defaultPrevented)
      })
    })
    await page.reload()
    expect(await page.locator('html').getAttribute('data-taken')).toBe('true')
  })

  it('says that there are no files in a folder that has none', async () => {
    const { page, url } = await openConsole()
    const dragged = await drag(page, [await createFolder()])
    await dragged.drop()
    await page.getByText('No files were found.').waitFor()
    expect(await storedNames(url)).toEqual([])
  })

  it('takes the veil away when the files are dragged out again', async () => {
    const { page } = await openConsole()
    const dragged = await drag(page, await makeFiles(['one.txt']))
    const veil = page.getByText('Drop to upload')
    await veil.waitFor()
    await dragged.leave()
    await expect.poll(() => veil.isVisible(), patient).toBe(false)
  })

  it('sends what is pasted', async () => {
    const { page, url } = await openConsole()
    await page.evaluate(() => {
      const clipboardData = new DataTransfer()
      clipboardData.items.add(new File(['hello'], 'pasted.txt'))
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    })
    await page.getByRole('heading', { name: '1 file sent' }).waitFor()
    expect(await storedNames(url)).toEqual(['pasted.txt'])
  })

  it('U-19 sends ten at once and shows how many wait', async () => {
    const { page, url, gate } = await openConsole()
    gate.close()
    await choose(page, await makeFiles(countTo(25).map((number) => `file${number}.txt`)))
    await expect
      .poll(() => section(page, 'Sending').getByRole('listitem').count(), patient)
      .toBe(10)
    await page.getByRole('heading', { name: 'Waiting 15' }).waitFor()
    await page.getByRole('heading', { name: 'Sending: 0 of 25 files' }).waitFor()
    await expect
      .poll(() => page.title(), patient)
      .toMatch(/^\d+% · Sending: 0 of 25 files · wx-upload$/)
    gate.open()
    await page.getByRole('heading', { name: '25 files sent' }).waitFor()
    expect(await storedNames(url)).toHaveLength(25)
  })

  it('shows more of what is on the server while uploads take every connection they can', async () => {
    const { page, gate } = await openConsole({
      async before(url) {
        for (const number of countTo(60)) await upload(url, { [`old${number}.txt`]: 'old' })
      },
    })
    gate.close()
    await choose(page, await makeFiles(countTo(10).map((number) => `file${number}.txt`)))
    await expect
      .poll(() => section(page, 'Sending').getByRole('listitem').count(), patient)
      .toBe(10)
    const oldest = page.getByRole('link', { name: 'old1.txt' })
    expect(await oldest.count()).toBe(0)
    await page.getByRole('link', { name: 'old11.txt' }).scrollIntoViewIfNeeded()
    await oldest.waitFor()
    expect(await section(page, 'Sending').getByRole('listitem').count()).toBe(10)
    gate.open()
  })

  it('shows how far a large file has come', async () => {
    const { page, gate } = await openConsole()
    gate.close()
    const [file = ''] = await makeFiles(['large.bin'], '0123456789'.repeat(4_000_000))
    await choose(page, [file])
    const bar = page.getByRole('progressbar', { name: 'Progress of large.bin' })
    await bar.waitFor()
    await expect
      .poll(async () => Number(await bar.getAttribute('aria-valuenow')), patient)
      .toBeLessThan(100)
    await page
      .getByText(/ of 40\.0 MB/)
      .first()
      .waitFor()
    gate.open()
    await page.getByRole('heading', { name: '1 file sent' }).waitFor()
  })

  it('aborts one, and sends it when it is tried again', async () => {
    const { page, url, gate } = await openConsole()
    gate.close()
    // Of a small one the server would have everything already, and keep it.
    const large = await makeFiles(['one.txt'], '0123456789'.repeat(4_000_000))
    await choose(page, [...large, ...(await makeFiles(['two.txt']))])
    await page.getByRole('button', { name: 'Abort one.txt' }).click()
    await section(page, 'Not sent').getByText('Aborted').waitFor()
    gate.open()
    await page.getByRole('heading', { name: '1 file sent' }).waitFor()
    await expect.poll(() => storedNames(url), patient).toEqual(['two.txt'])
    await page.getByRole('button', { name: 'Try again: one.txt' }).click()
    await expect.poll(() => storedNames(url), patient).toEqual(['one.txt', 'two.txt'])
  })

  it('aborts all, tries all again, and clears what is finished', async () => {
    const { page, url, gate } = await openConsole()
    gate.close()
    await choose(page, await makeFiles(countTo(12).map((number) => `file${number}.txt`)))
    await page.getByRole('button', { name: 'Abort all' }).click()
    await page.getByRole('heading', { name: 'Not sent 12' }).waitFor()
    await page.getByRole('heading', { name: 'Nothing was sent' }).waitFor()
    gate.open()
    await page.getByRole('button', { name: 'Try all again' }).click()
    await page.getByRole('heading', { name: '12 files sent' }).waitFor()
    // The server keeps what it had received as a whole before it was aborted.
    expect(new Set(await storedNames(url)).size).toBe(12)
    await page.getByRole('button', { name: 'Clear finished' }).click()
    await section(page, 'Sent').waitFor({ state: 'hidden' })
  })

  it('says in words why the server did not take a file, and what it said itself', async () => {
    const { page } = await openConsole({
      limits: { fileSizeBytes: 10 },
      expected: [/status of 413/],
    })
    await choose(page, await makeFiles(['large.txt'], 'more than ten bytes'))
    await page.getByRole('heading', { name: '1 failed' }).waitFor()
    const row = section(page, 'Not sent').getByRole('listitem')
    expect(await row.innerText()).toMatch(
      /The file is larger than the server accepts\.\s+Receiving the upload: .* fileSizeBytes/,
    )
    await page.getByRole('button', { name: 'Dismiss large.txt' }).click()
    await section(page, 'Not sent').waitFor({ state: 'hidden' })
  })

  it('says that a file is gone', async () => {
    const { page, gate } = await openConsole()
    gate.close()
    // The last one waits for a place, and goes in the meantime.
    const files = await makeFiles(countTo(11).map((number) => `file${number}.txt`))
    await choose(page, files)
    await page.getByRole('heading', { name: 'Waiting 1' }).waitFor()
    await rm(files.at(-1) ?? '')
    gate.open()
    await page.getByRole('heading', { name: '10 files sent · 1 failed' }).waitFor()
    const row = section(page, 'Not sent').getByRole('listitem')
    expect(await row.innerText()).toContain('The file is no longer there.')
  })

  it('asks before the page is left while something is being sent', async () => {
    const { page, gate } = await openConsole()
    gate.close()
    await choose(page, await makeFiles(['one.txt']))
    await page.getByRole('button', { name: 'Abort one.txt' }).waitFor()
    const asked = page.waitForEvent('dialog')
    await page.close({ runBeforeUnload: true })
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    gate.open()
    await page.getByRole('heading', { name: '1 file sent' }).waitFor()
  })

  it('draws small pictures of images', async () => {
    const { page } = await openConsole()
    const photo = path.join(import.meta.dirname, '../../examples/photo.jpg')
    await choose(page, [photo])
    for (const picture of [section(page, 'Sent'), page.locator('.stored')]) {
      const image = picture.locator('img')
      await expect
        .poll(() => image.evaluate(({ naturalWidth }: HTMLImageElement) => naturalWidth), patient)
        .toBe(88)
    }
  })

  it('keeps the focus on an upload that a person aborts with the keyboard', async () => {
    const { page, gate } = await openConsole()
    gate.close()
    await choose(page, await makeFiles(['one.txt', 'two.txt']))
    await page.getByRole('button', { name: 'Abort one.txt' }).waitFor()
    await page.getByRole('button', { name: 'Abort all' }).focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), patient)
      .toBe('Try again: one.txt')
  })
})
