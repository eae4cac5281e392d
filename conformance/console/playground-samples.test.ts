import { describe, expect, it } from 'vitest'
import { chooseAndUpload, watchAndAbort } from '../api-page-samples.ts'
import { storedNames, patient } from './console.fixture.ts'
import { usePlayground } from './playground.fixture.ts'

const openPlayground = usePlayground()

const photo = new URL('../../examples/photo.jpg', import.meta.url).pathname

/** A sample of the API page after the line that explains it, with this server's address. */
function adapted(sample: string, url: string): string {
  return sample.replace(
    /'https?:\/\/example\.weixin\.qq\.com\/upload', \/\/ an example, not a real address/,
    `'${url}/upload', // this server`,
  )
}

function withoutFirstLine(code: string): string {
  return code.slice(code.indexOf('\n') + 1)
}

describe('the samples of the playground', () => {
  it('the first of the API page runs word for word, from the click through the real picker to the answer', async () => {
    const { page, url, code, run, ended, names } = await openPlayground()
    expect(withoutFirstLine(await code())).toBe(adapted(chooseAndUpload, url))

    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), run()])
    await chooser.setFiles(photo)
    await ended()

    expect(await names()).toEqual([
      'wx.chooseImage',
      'success',
      'wx.uploadFile',
      'complete',
      'onProgressUpdate',
      'onHeadersReceived',
      'success',
      'complete',
    ])
    expect(await storedNames(url)).toEqual(['photo.jpg'])
  })

  it('a person who cancels the picker sees why nothing was sent', async () => {
    const { page, url, run, ended, names, rows } = await openPlayground()
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), run()])
    await chooser.element().evaluate((input) => input.dispatchEvent(new Event('cancel')))
    await ended()

    expect(await names()).toEqual(['wx.chooseImage', 'fail', 'complete'])
    expect(await rows.nth(1).textContent()).toContain('chooseImage:fail cancel')
    expect(await storedNames(url)).toEqual([])
  })

  it('the second of the API page runs word for word, and its upload is aborted', async () => {
    const { page, url, code, run, ended, names, rows } = await openPlayground()
    await page.getByLabel('Sample').selectOption('upload-task')
    expect(withoutFirstLine(await code())).toBe(adapted(watchAndAbort, url))

    await run()
    await ended()

    expect(await names()).toEqual(['wx.uploadFile', 'abort()', 'fail', 'complete'])
    expect(await rows.nth(2).textContent()).toContain("errMsg: 'uploadFile:fail abort', errno: 1")
    expect(await rows.nth(2).textContent()).toContain('no callback')
    expect(await storedNames(url)).toEqual([])
  })

  it('without its last line, it uploads and tells of its progress', async () => {
    const { page, url, code, type, run, ended, names } = await openPlayground()
    await page.getByLabel('Sample').selectOption('upload-task')
    await type((await code()).replace(/\nuploadTask\.abort.*/, ''))
    await run()
    await ended()

    expect((await names()).join(' ')).toBe(
      'wx.uploadFile onProgressUpdate console.log console.log console.log onHeadersReceived success complete',
    )
    expect(await storedNames(url)).toEqual(['sample.jpg'])
  })

  it.each([
    {
      id: 'progress',
      expected:
        'wx.uploadFile onProgressUpdate console.log onHeadersReceived console.log success console.log complete console.log',
      lines: [
        '100%',
        'status 200',
        expect.stringContaining('stored as http://'),
        'the end, either way',
      ],
    },
    {
      id: 'headers',
      expected:
        'wx.uploadFile console.warn console.warn onProgressUpdate onHeadersReceived console.log console.log success complete',
      lines: [
        'uploadFile: header "Referer" cannot be set and is left out: the platform sets it',
        'uploadFile: header "Cookie" cannot be set and is left out: the browser sets it',
        'X-Request-Id: from-the-playground',
        'cookies: []',
      ],
      complaints: [/cannot be set/],
    },
    {
      id: 'form-data',
      expected: 'wx.uploadFile onProgressUpdate onHeadersReceived success console.log complete',
      lines: [
        expect.stringContaining("number: '42', boolean: 'true', bigint: '18446744073709551616'"),
      ],
    },
    {
      id: 'timeout',
      expected: 'wx.uploadFile fail console.log complete',
      lines: ['5 uploadFile:fail timeout'],
    },
    {
      id: 'domain',
      expected: 'wx.uploadFile fail console.log complete',
      lines: ['600002 uploadFile:fail url not in domain list'],
    },
    {
      id: 'abort-halfway',
      expected: 'wx.uploadFile onProgressUpdate abort() fail console.log complete',
      lines: ['1 uploadFile:fail abort'],
    },
  ])('$id runs to its end', async ({ id, expected, lines, complaints = [] }) => {
    const { page, run, ended, ...log } = await openPlayground({ expected: complaints })
    await page.getByLabel('Sample').selectOption(id)
    await run()
    await ended()

    expect((await log.names()).join(' ')).toBe(expected)
    expect(await log.lines()).toEqual(lines)
  })

  it('wrong-url fails in three ways, and a 404 is a success', async () => {
    const { page, run, ended, lines } = await openPlayground({
      expected: [/invalid url/, /404 \(Not Found\)/],
    })
    await page.getByLabel('Sample').selectOption('wrong-url')
    await run()
    await ended()

    expect(await lines()).toEqual([
      'uploadFile: invalid url: it is no absolute address',
      '600009 uploadFile:fail invalid url',
      '1001 uploadFile:fail parameter error: parameter.url should be String instead of Undefined; parameter.name should be String instead of Undefined;',
      '1300002 uploadFile:fail file not found',
      expect.stringMatching(/^404 \{"type":"urn:wx-upload:problem:not-found"/),
    ])
  })

  it('queue uploads 24 files, as many at once as the browser has connections, each told apart by its number', async () => {
    const { page, url, gate, run, ended, rows, lines } = await openPlayground()
    gate.close()
    await page.getByLabel('Sample').selectOption('queue')
    await run()
    await expect.poll(() => receivingCount(url), patient).toBe(6)
    gate.open()
    await ended()

    expect((await lines()).at(-1)).toBe('24 / 24')
    expect(await storedNames(url)).toHaveLength(24)
    expect(await rows.filter({ hasText: 'onProgressUpdate' }).count()).toBe(24)
    expect(await rows.filter({ hasText: '#24' }).locator('.log-name').allTextContents()).toEqual([
      'wx.uploadFile',
      'onProgressUpdate',
      'onHeadersReceived',
      'success',
      'complete',
    ])
  })

  it('are told in Chinese to who speaks it, and the API page’s is word for word there too', async () => {
    const { page, url, code, run, ended } = await openPlayground({ browser: { locale: 'zh-CN' } })
    await page.getByLabel('示例').selectOption('upload-task')
    expect(await code()).toContain("console.log('上传进度', res.progress)")
    expect(await code()).toContain(`url: '${url}/upload', // 本服务器`)
    await run()
    await ended()
  })
})

/** How many uploads the server is receiving, as it tells by its events. */
async function receivingCount(url: string): Promise<number> {
  const response = await fetch(`${url}/events`)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!/event: receiving\ndata: .*\n\n/.test(text)) {
    const { value, done } = (await reader?.read()) ?? { value: '', done: true }
    if (done) break
    text += value
  }
  await reader?.cancel()
  const [, data = '{"uploads":[]}'] = /event: receiving\ndata: (.*)\n/.exec(text) ?? []
  return (JSON.parse(data) as { uploads: unknown[] }).uploads.length
}
