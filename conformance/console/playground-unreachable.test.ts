import { describe, expect, it } from 'vitest'
import { networkErrors, patient } from './console.fixture.ts'
import { usePlayground } from './playground.fixture.ts'

const openPlayground = usePlayground()

describe('a playground that cannot reach its server', () => {
  it('says when the server is gone, and runs again when it is back', async () => {
    const { page, status, type, run, ended, lines } = await openPlayground({
      expected: [...networkErrors],
    })
    await type("console.log('here')")
    await page.context().setOffline(true)
    // The document that was waiting needs no server.
    await run()
    await ended()
    await run()
    await page.getByRole('log').getByText('The server cannot be reached').waitFor()
    expect(await status.textContent()).toContain('The server cannot be reached')

    await page.context().setOffline(false)
    await run()
    await ended()
    expect(await lines()).toEqual(['here'])
  })

  it('does not take code that leaves its document for a server that is gone', async () => {
    const { page, status, type, run } = await openPlayground({ expected: [/frame/i] })
    await type("location.href = '/'")
    await run()
    // Chromium shows a page of its own in place of one that may not be framed.
    await expect
      .poll(() => page.frames().some((frame) => frame.url().startsWith('chrome-error:')), patient)
      .toBe(true)
    await expect.poll(() => status.textContent(), patient).toMatch(/^(Running|Ended)/)
    expect(await page.getByText('The server cannot be reached').count()).toBe(0)
  })
})
