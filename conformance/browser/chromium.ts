import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { chromiumArguments, chromiumMissing, chromiumPath } from '../../scripts/lib/chromium.mjs'

/**
 * Starts Chromium for the tests of a file. The function that it returns opens a page, which closes when the test is over;
 * the test fails where an error reached the page's last resort.
 *
 * @param args the command line's, besides what every test needs
 */
export function useChromium(args: readonly string[] = []): () => Promise<Page> {
  let browser: Browser

  beforeAll(async () => {
    const executablePath = chromiumPath()
    if (executablePath === undefined) throw new Error(chromiumMissing)
    browser = await chromium.launch({ executablePath, args: [...chromiumArguments, ...args] })
  })

  afterAll(async () => {
    await browser.close()
  })

  return async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const errors: Error[] = []
    page.on('pageerror', (error) => errors.push(error))
    onTestFinished(async () => {
      await context.close()
      expect(errors).toEqual([])
    })
    return page
  }
}
