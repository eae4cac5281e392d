import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { upload, useConsole } from './console.fixture.ts'

const openConsole = useConsole()

const script = 'document.documentElement.dataset.ran = "yes"'

/** What Chromium says of a script that it refuses. */
const refusals = [/MIME type/, /net::ERR_/]

/** What becomes of a script that the page is given, by default its own once more. */
function loadScript(
  page: Page,
  script: { address?: string; isModule: boolean },
): Promise<'loaded' | 'refused'> {
  return page.evaluate(
    ({ address, isModule }) =>
      new Promise<'loaded' | 'refused'>((resolve) => {
        const element = document.createElement('script')
        if (isModule) element.type = 'module'
        element.src = address ?? document.querySelector('script')?.src ?? ''
        element.addEventListener('load', () => resolve('loaded'))
        element.addEventListener('error', () => resolve('refused'))
        document.head.append(element)
      }),
    script,
  )
}

describe('a script that somebody has uploaded', () => {
  it.each(['/', '/playground', '/playground/runner'])(
    'R-07 does not run in %s, whatever it calls itself',
    async (where) => {
      const { page, url } = await openConsole({ expected: refusals })
      const types = [
        'text/javascript',
        'application/javascript',
        'application/json',
        'image/png',
        '',
      ]
      const ids = await Promise.all(
        types.map((type) => upload(url, { 'evil.js': new Blob([script], { type }) })),
      )
      await page.goto(url + where)
      // The page's own script, so that it is known that one can be loaded.
      expect(await loadScript(page, { isModule: true })).toBe('loaded')
      for (const id of ids) {
        const address = `/uploads/${id}/files/0`
        expect(await loadScript(page, { address, isModule: false })).toBe('refused')
        expect(await loadScript(page, { address, isModule: true })).toBe('refused')
      }
      expect(await page.evaluate(() => document.documentElement.dataset['ran'])).toBeUndefined()
    },
  )
})
