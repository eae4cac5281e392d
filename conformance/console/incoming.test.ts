import { once } from 'node:events'
import { request } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { patient, upload, useConsole } from './console.fixture.ts'

const openConsole = useConsole()

const boundary = 'a-boundary'
const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="clip.mp4"\r\nContent-Type: video/mp4\r\n\r\n`
const tail = `\r\n--${boundary}--\r\n`

/** An upload of another client, as slow as the test wants. */
interface SlowUpload {
  send(bytes: number): Promise<void>
  end(): Promise<number>
}

/** Begins an upload; with `declaredBytes` undefined it does not say how long it is. */
function beginUpload(url: string, declaredBytes: number | undefined): SlowUpload {
  const upload = request(`${url}/upload`, {
    method: 'POST',
    headers: {
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      ...(declaredBytes === undefined
        ? {}
        : { 'Content-Length': head.length + declaredBytes + tail.length }),
    },
  })
  onTestFinished(() => void upload.destroy())
  upload.on('error', () => undefined)
  upload.write(head)
  return {
    async send(bytes) {
      if (!upload.write(Buffer.alloc(bytes))) await once(upload, 'drain')
    },
    async end() {
      upload.end(tail)
      const [response] = await once(upload, 'response')
      response.resume()
      return response.statusCode
    },
  }
}

describe('what is coming in from other clients', () => {
  it('shows an upload while it arrives: its name, how far it has come, and from where', async () => {
    const { page, url } = await openConsole()
    const slow = beginUpload(url, 1_000_000)
    await slow.send(250_000)
    const incoming = page.getByRole('region', { name: 'Coming in' })
    const bar = incoming.getByRole('progressbar', { name: 'Progress of clip.mp4' })
    await bar.waitFor()
    await expect.poll(() => bar.getAttribute('aria-valuenow'), patient).toBe('25')
    await slow.send(500_000)
    await expect.poll(() => bar.getAttribute('aria-valuenow'), patient).toBe('75')
    expect(await incoming.getByRole('listitem').innerText()).toMatch(
      /750 kB of 1\.0 MB[\s\S]*from 127\.0\.0\.1/,
    )
    await slow.send(250_000)
    expect(await slow.end()).toBe(200)
    await expect.poll(() => bar.count(), patient).toBe(0)
    await page.getByRole('link', { name: 'clip.mp4' }).waitFor()
  })

  it('shows what has arrived of an upload that does not say how long it is', async () => {
    const { page, url } = await openConsole()
    const slow = beginUpload(url, undefined)
    await slow.send(300_000)
    const incoming = page.getByRole('region', { name: 'Coming in' })
    await incoming.getByText('300 kB so far').waitFor()
    const bar = incoming.getByRole('progressbar')
    expect(await bar.getAttribute('aria-valuenow')).toBeNull()
    expect(await slow.end()).toBe(200)
    await expect.poll(() => bar.count(), patient).toBe(0)
  })

  it('draws how many bytes a second arrive, and says it', async () => {
    const { page, url } = await openConsole()
    const slow = beginUpload(url, undefined)
    const chart = page.getByRole('img', { name: /Bytes per second/ })
    // As long as it takes to see it.
    await expect
      .poll(async () => {
        await slow.send(200_000)
        if ((await chart.count()) === 0) return ''
        return (await chart.locator('.chart-line').getAttribute('d')) ?? ''
      }, patient)
      .toMatch(/,0(L|$)/)
    expect(await chart.getAttribute('aria-label')).toMatch(
      /Receiving [\d.]+ [kM]?B\/s now; at most [\d.]+ [kM]B\/s in the last minute\./,
    )
    expect(await slow.end()).toBe(200)
    await expect
      .poll(() => chart.getAttribute('aria-label'), patient)
      .toContain('Receiving 0 B/s now')
  })

  it('moves nothing below it while one short upload comes after the other', async () => {
    const { page, url } = await openConsole()
    await page.getByText('Or send something from elsewhere').waitFor()
    // A button that moves between the press of a mouse and its release is not clicked.
    await page.evaluate(() => {
      const places = new Set<number | undefined>()
      const look = (): void => {
        const list = document.querySelector('.stored-list')
        if (list !== null) places.add(list.getBoundingClientRect().top)
      }
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true })
      Object.assign(window, { places })
    })
    const incoming = page.getByRole('region', { name: 'Coming in' })
    for (const name of ['one.txt', 'two.txt']) {
      await upload(url, { [name]: 'x'.repeat(200_000) })
      await page.locator('.stored').filter({ hasText: name }).waitFor()
      await incoming.getByText('Nothing at the moment').waitFor()
    }
    // Drawn at a next step.
    const line = incoming.locator('.chart-line')
    await expect.poll(() => line.getAttribute('d'), patient).toMatch(/,0(L|$)/)
    const places = await page.evaluate(() => [...Reflect.get(window, 'places')])
    expect(places).toHaveLength(1)
  })

  it('does not show what this page sends twice', async () => {
    const { page, gate } = await openConsole()
    gate.close()
    const buffer = Buffer.alloc(20_000_000)
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'own.bin', mimeType: 'application/octet-stream', buffer })
    await page.getByRole('progressbar', { name: 'Progress of own.bin' }).waitFor()
    await page.getByRole('region', { name: 'Coming in' }).waitFor()
    expect(await page.getByRole('progressbar', { name: 'Progress of own.bin' }).count()).toBe(1)
    gate.open()
    await page.getByRole('heading', { name: '1 file sent' }).waitFor()
  })
})
