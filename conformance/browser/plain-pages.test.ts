import { cp } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, inject, it } from 'vitest'
import { useChromium } from './chromium.ts'
import { clickForPicker, importMapPage } from './client-page.ts'
import { startReceiver } from './receiver.ts'
import { startSite } from './site.ts'

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))
const photo = path.join(examples, 'photo.jpg')

const newPage = useChromium()

describe('examples/page.html, on the published files as they are', () => {
  it('uploads the image that is chosen, shows the progress and the answer', async () => {
    await cp(
      path.join(examples, 'page.html'),
      path.join(inject('packedProject'), 'examples/page.html'),
    )
    const [origin, url, page] = await Promise.all([startSite({}), startReceiver(), newPage()])
    await page.goto(`${origin}/examples/page.html?url=${url}`)
    const picker = await clickForPicker(page)
    await picker.setFiles(photo)

    const status = page.getByRole('status')
    await status.getByText('200 {').waitFor()
    const answer = (await status.textContent())?.replace('200 ', '') ?? ''
    expect(JSON.parse(answer)).toMatchObject({
      files: [{ field: 'file', name: 'photo.jpg', type: 'image/jpeg' }],
    })
    expect(await page.getByRole('progressbar').evaluate((bar) => Reflect.get(bar, 'value'))).toBe(
      100,
    )
  })

  it('shows why an upload has failed', async () => {
    const [origin, page] = await Promise.all([startSite({}), newPage()])
    await page.goto(`${origin}/examples/page.html?url=ftp://example.com`)
    const picker = await clickForPicker(page)
    await picker.setFiles(photo)
    const status = page.getByRole('status')
    await status.getByText('fail').waitFor()
    expect(await status.textContent()).toBe('uploadFile:fail invalid url')
  })
})

describe('a classic page under default-src self', () => {
  it('has wx from a classic script, chooses and uploads', async () => {
    const [page, script] = await Promise.all([newPage(), bundleGlobal()])
    const violations: string[] = []
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) violations.push(message.text())
    })
    const origin = await startSite({
      header: { 'Content-Security-Policy': "default-src 'self'" },
      routes: {
        '/': '<!doctype html><button>Choose</button><script src="wx.js"></script><script src="app.js"></script>',
        '/wx.js': script,
        '/app.js': classicProgram,
        '/upload': (req, res) => void req.resume().once('end', () => res.end('received')),
      },
    })
    await page.goto(origin)
    const picker = await clickForPicker(page)
    await picker.setFiles(photo)
    await page.getByText('received').waitFor()
    expect(violations).toEqual([])
  })
})

// What chooseImage has re-encoded needs no more of the policy than what it hands over as it is.
const classicProgram = `
document.querySelector('button').addEventListener('click', function () {
  wx.chooseImage({
    sizeType: ['compressed'],
    success: function (res) {
      wx.uploadFile({
        url: location.origin + '/upload',
        filePath: res.tempFilePaths[0],
        name: 'file',
        complete: function (res) { document.body.append(res.data || res.errMsg) }
      })
    },
    fail: function (res) { document.body.append(res.errMsg) }
  })
})
`

/** The global entry as one classic script. */
async function bundleGlobal(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: "import '@wx-upload/client/global'", resolveDir: inject('packedProject') },
    bundle: true,
    format: 'iife',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

describe('the global entry', () => {
  it('puts wx on a page, where there is none', async () => {
    const [origin, page] = await Promise.all([
      startSite({ routes: { '/': importMapPage } }),
      newPage(),
    ])
    await page.goto(origin)
    await page.evaluate("import('@wx-upload/client/global')")
    expect(await page.evaluate('Object.keys(wx)')).toEqual([
      'uploadFile',
      'chooseImage',
      'interrupt',
      'resume',
      'tempFiles',
    ])
  })

  it('leaves alone the wx that a page has', async () => {
    const [origin, page] = await Promise.all([
      startSite({ routes: { '/': importMapPage } }),
      newPage(),
    ])
    await page.goto(origin)
    await page.evaluate("globalThis.wx = 'mine'; import('@wx-upload/client/global')")
    expect(await page.evaluate('wx')).toBe('mine')
  })
})
