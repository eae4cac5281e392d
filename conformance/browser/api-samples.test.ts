import type { ConsoleMessage, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { chooseAndUpload, listen, watchAndAbort } from '../api-page-samples.ts'
import { useChromium } from './chromium.ts'
import { clickForPicker, importMapPage } from './client-page.ts'
import { startReceiver } from './receiver.ts'
import { startSite } from './site.ts'

const photo = { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('a photograph') }

// The samples hand nothing over: the wx of the page notes what each upload is answered, on its way to them.
const notingWx = `
import { wx } from '@wx-upload/client'
globalThis.tempFilePaths = [wx.tempFiles.add(new File(['a photograph'], 'photo.jpg', { type: 'image/jpeg' }))]
globalThis.results = []
globalThis.wx = {
  ...wx,
  uploadFile(option) {
    return globalThis.UploadTask = wx.uploadFile({
      ...option,
      success(res) {
        option.success(res)
        globalThis.results.push(res)
      },
      fail: (res) => globalThis.results.push(res)
    })
  }
}
`

const newPage = useChromium()

/** Opens a page that runs a program on each click on its button. */
async function openSample(program: string, url: string): Promise<Page> {
  const text = program.replace(/https?:\/\/example\.weixin\.qq\.com\/upload/, url)
  const origin = await startSite({
    routes: {
      '/': `${importMapPage}
<script type="module" src="wx.js"></script>
<script>
document.querySelector('button').addEventListener('click', () => {
${text}
})
</script>`,
      '/wx.js': notingWx,
    },
  })
  const page = await newPage()
  await page.goto(origin)
  await page.waitForFunction('globalThis.wx')
  return page
}

/** What the one upload of a page has ended with. */
async function resultOf(
  page: Page,
): Promise<{ errMsg: string; statusCode?: number; data?: string }> {
  await page.waitForFunction('results.length > 0')
  expect(await page.evaluate('results.length')).toBe(1)
  return page.evaluate('results[0]')
}

/** What the page writes to its console, a line each. */
function listenToConsole(page: Page): string[] {
  const lines: string[] = []
  page.on('console', (message: ConsoleMessage) => lines.push(message.text()))
  return lines
}

describe('the samples of the API page, in a page', () => {
  it('choose an image in the real picker after a click, and upload it', async () => {
    const page = await openSample(chooseAndUpload, await startReceiver())
    const picker = await clickForPicker(page)
    await picker.setFiles(photo)
    const { data = '', statusCode } = await resultOf(page)
    expect(statusCode).toBe(200)
    expect(JSON.parse(data)).toMatchObject({
      files: [{ field: 'file', name: 'photo.jpg', type: 'image/jpeg', size: photo.buffer.length }],
      fields: { user: 'test' },
    })
  })

  it('write the progress to the console', async () => {
    const withoutAbort = watchAndAbort.replace(/uploadTask\.abort.*/, '')
    const page = await openSample(withoutAbort, await startReceiver())
    const lines = listenToConsole(page)
    await page.getByRole('button').click()
    expect(await resultOf(page)).toMatchObject({ statusCode: 200 })
    await expect.poll(() => lines.filter((line) => line === 'Upload progress 100')).toHaveLength(1)
    const [sent, expected] = lines.slice(lines.indexOf('Upload progress 100') + 1)
    expect(sent).toMatch(/^Length of already uploaded data \d+$/)
    expect(expected).toBe(
      sent?.replace(
        'Length of already uploaded data',
        'Total length of data expected to be uploaded',
      ),
    )
  })

  it('abort', async () => {
    const page = await openSample(watchAndAbort, await startReceiver())
    const lines = listenToConsole(page)
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.getByRole('button').click()
    expect(await resultOf(page)).toEqual({ errMsg: 'uploadFile:fail abort', errno: 1 })
    expect({ lines, requests }).toEqual({ lines: [], requests: [] })
  })

  it('listen for the header, and do not any more', async () => {
    const upload = watchAndAbort.replace(/uploadTask\.[^]*/, '')
    const page = await openSample(`${upload}\n${listen}`, await startReceiver())
    const lines = listenToConsole(page)
    await page.getByRole('button').click()
    expect(await resultOf(page)).toMatchObject({ statusCode: 200 })
    expect(lines).toEqual([])
  })
})
