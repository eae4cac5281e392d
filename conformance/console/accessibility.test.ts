import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright'
import { beforeAll, describe, expect, it } from 'vitest'
import { networkErrors, type OpenedConsole, upload, useConsole } from './console.fixture.ts'

const openConsole = useConsole()

let axeSource = ''

beforeAll(async () => {
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
})

/** What axe finds, in words. It is evaluated by the debugger, which the page's policy does not concern. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate((): Promise<AxeResults> => {
    // The script has put it there.
    const { axe } = window as unknown as { axe: { run(): Promise<AxeResults> } }
    return axe.run()
  })
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 200)}`),
  )
}

const mimeType = 'text/plain'

/** The states of the page, and how to get there. */
const states: Record<string, (opened: OpenedConsole) => Promise<void>> = {
  async empty({ page }) {
    await page.locator('.examples').waitFor()
  },
  async loading({ page }) {
    await page.route('**/uploads?*', () => undefined)
    await page.reload()
    await page.locator('.skeleton').waitFor()
  },
  async 'not loaded'({ page }) {
    await page.route('**/uploads?*', (route) => route.abort())
    await page.reload()
    await page.locator('.panel-message').waitFor()
  },
  async 'cut off'({ page, url }) {
    await upload(url, { 'notes.txt': 'hello' })
    await page.route('**/events', (route) => route.abort())
    await page.reload()
    await page.locator('.banner-lost').waitFor()
  },
  async full({ page, url, gate }) {
    await upload(url, { 'a.txt': 'aa', 'b.txt': 'b' })
    await upload(url, { [`${'long-name-'.repeat(20)}.txt`]: 'x' }, { user: 'ada'.repeat(100) })
    gate.close()
    const files = Array.from({ length: 15 }, (_file, index) => ({
      name: `${'文件'.repeat(15)}${index}.txt`,
      mimeType,
      buffer: Buffer.from('hello'),
    }))
    await page.locator('input[type=file]').setInputFiles(files)
    await page.locator('.transfer-waiting').first().waitFor()
    await page.locator('.stored').first().locator('[aria-expanded]').click()
    await page.locator('.stored').last().locator('.remove').click()
    await page.locator('.toast').waitFor()
  },
  async failed({ page, url }) {
    await upload(url, { 'notes.txt': 'hello' })
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'large.txt', mimeType, buffer: Buffer.from('more than ten bytes') })
    await page.locator('.transfer-failed').waitFor()
  },
}

const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  (['en-US', 'zh-CN'] as const).flatMap((locale) =>
    Object.keys(states).map((state) => ({ colorScheme, locale, state })),
  ),
)

describe('the console for everybody', () => {
  it.each(looks)(
    'has nothing that axe finds: $state, $colorScheme, $locale',
    async ({ colorScheme, locale, state }) => {
      const opened = await openConsole({
        browser: { colorScheme, locale, reducedMotion: 'reduce' },
        ...(state === 'failed' ? { limits: { fileSizeBytes: 10 } } : {}),
        expected: [...networkErrors, /status of 413/],
      })
      await states[state]?.(opened)
      expect(await findViolations(opened.page)).toEqual([])
    },
  )

  it.each([360, 768, 1280, 2560])('fits into %i pixels', async (width) => {
    for (const state of Object.keys(states)) {
      const opened = await openConsole({
        browser: { viewport: { width, height: 900 } },
        ...(state === 'failed' ? { limits: { fileSizeBytes: 10 } } : {}),
        expected: [...networkErrors, /status of 413/],
      })
      await states[state]?.(opened)
      const overflow = await opened.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect({ state, overflow }).toEqual({ state, overflow: 0 })
    }
  })

  it.each([
    ['zh-CN', 'zh-CN', '将文件拖放到这里'],
    ['en-GB', 'en', 'Drop files here'],
    ['fr-FR', 'en', 'Drop files here'],
  ])('speaks to a browser in %s in %s', async (locale, language, words) => {
    const { page } = await openConsole({ browser: { locale } })
    await page.getByText(words).waitFor()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language)
  })

  it('marks the page that is open, and it alone, also in forced colours', async () => {
    const { page, url } = await openConsole({ browser: { forcedColors: 'active' } })
    for (const [path, current] of [
      ['/', 'Console'],
      ['/playground', 'Playground'],
    ] as const) {
      await page.goto(url + path)
      const marked = await page.locator('.site-nav a').evaluateAll((links) =>
        links
          .filter((link) => {
            const { borderBottomColor } = getComputedStyle(link)
            return borderBottomColor !== getComputedStyle(document.body).backgroundColor
          })
          .map((link) => link.textContent),
      )
      expect(marked).toEqual([current])
    }
  })

  it('can be used from the keyboard alone', async () => {
    const { page, url } = await openConsole()
    await upload(url, { 'notes.txt': 'hello' })
    await page.getByRole('button', { name: 'Delete notes.txt' }).waitFor()
    const reached: string[] = []
    for (let presses = 0; presses < 16; presses += 1) {
      await page.keyboard.press('Tab')
      reached.push(
        await page.evaluate(() => {
          const { activeElement } = document
          return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? ''
        }),
      )
    }
    expect(reached.map((name) => name.trim())).toEqual([
      'Skip to content',
      'wx-upload',
      'Console',
      'Playground',
      'Choose files',
      'Copy the curl example',
      'curl',
      'Copy the wx-upload example',
      'wx-upload',
      'Copy the wx.uploadFile example',
      'wx.uploadFile',
      'notes.txt',
      'Copy the link of notes.txt',
      'Copy wx.uploadFile code that sends notes.txt again',
      'Details of notes.txt',
      'Delete notes.txt',
    ])
  })

  it('has a link that skips what every page begins with', async () => {
    const { page } = await openConsole()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
  })
})
