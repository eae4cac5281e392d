import path from 'node:path'
import axe, { type AxeResults } from 'axe-core'
import type { Locator, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { storedNames, patient } from './console.fixture.ts'
import { drag } from './dropped.fixture.ts'
import { runButton, usePlayground } from './playground.fixture.ts'

const openPlayground = usePlayground()

const photo = new URL('../../examples/photo.jpg', import.meta.url).pathname

describe('the playground', () => {
  it('says where an error is, in the log and in the code, and leads to it', async () => {
    const { page, editor, status, rows, type, run, ended } = await openPlayground({
      expected: [/boom/],
    })
    await type("const one = 1\n\nthrow new TypeError('boom')")
    await run()
    await ended()

    expect(await rows.allInnerTexts()).toEqual([expect.stringContaining('Uncaught error')])
    expect(await rows.innerText()).toContain('TypeError: boom')
    expect(await status.textContent()).toContain('1 error')
    expect(await editor.locator('.cm-markedLine').textContent()).toBe("throw new TypeError('boom')")

    await page.keyboard.press('Control+Home')
    await page.getByRole('button', { name: 'line 3' }).click()
    expect(await editor.locator('.cm-activeLine').textContent()).toContain('boom')
    await page.keyboard.press('End')
    await page.keyboard.type(' ')
    expect(await editor.locator('.cm-markedLine').count()).toBe(0)
  })

  it.each([
    ['that does not parse', 'const one = 1\nconst = 2', 'SyntaxError', 2],
    ['after an await', "await 0\nawait Promise.reject(new Error('late'))", 'Error: late', 2],
    ['of a promise', "\n\nvoid Promise.reject(new Error('lost'))", 'Error: lost', 3],
    ['in a timer', '\nsetTimeout(() => {\n  missing()\n}, 1)', 'missing is not defined', 3],
    ['in a strict mode’s way', 'undeclared = 1', 'undeclared is not defined', 1],
  ])('shows an error %s with its line', async (_, code, message, line) => {
    const { page, rows, type, run, ended } = await openPlayground({ expected: [/.*/] })
    await type(code)
    await run()
    await ended()

    expect(await rows.innerText()).toContain(message)
    await page.getByRole('button', { name: `line ${line}`, exact: true }).waitFor()
  })

  it('U-04 shows the error of a callback, and complete still runs', async () => {
    const { names, rows, type, run, ended } = await openPlayground({ expected: [/in fail/] })
    await type("wx.uploadFile({\n  fail() {\n    throw new Error('in fail')\n  },\n})")
    await run()
    await ended()

    expect(await names()).toEqual(['wx.uploadFile', 'fail', 'Uncaught error', 'complete'])
    expect(await rows.nth(2).innerText()).toContain('line 3')
  })

  it('watches without being seen: tasks, listeners, options and results are what they are elsewhere', async () => {
    const { type, run, ended, lines } = await openPlayground()
    await type(`const results = []
const option = Object.freeze({
  url: location.origin + '/upload',
  filePath: tempFilePaths[0],
  name: 'file',
  success(res) { results.push(this, res) },
  complete(res) { results.push(res) },
})
const task = wx.uploadFile(option)
const proto = Object.getPrototypeOf(task)
console.log(Object.getOwnPropertyNames(task).length, Object.keys(proto).length, 'then' in task)
console.log(Object.getOwnPropertyNames(proto).sort().join())
console.log(task.abort.name, task.abort.length, task.onProgressUpdate.length)
let heard = 0
const kept = (res) => { heard += 1; res.progress = -1 }
const removed = () => console.log('a listener that was removed')
task.onProgressUpdate(removed)
task.offProgressUpdate()
task.onProgressUpdate(removed)
task.onProgressUpdate(kept)
task.onProgressUpdate(kept)
task.offProgressUpdate(removed)
task.onHeadersReceived(removed)
task.offHeadersReceived()
try { Reflect.apply(task.abort, undefined, []) } catch (error) { console.log(error.name) }
console.log(wx.uploadFile({ fail() {} }) instanceof task.constructor)
while (results.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
console.log(heard, results[0], results[1] === results[2], results[1].statusCode)
console.log(await wx.chooseImage({ count: 1 }).catch((error) => error.errMsg))`)
    await run()
    await ended()

    expect(await lines()).toEqual([
      '0 0 false',
      'abort,constructor,offHeadersReceived,offProgressUpdate,onHeadersReceived,onProgressUpdate',
      'abort 0 1',
      'TypeError',
      'true',
      '1 undefined true 200',
      expect.stringMatching(/^chooseImage:fail /),
    ])
  })

  it('takes no notice of what code posts to the page, or to its own document', async () => {
    const { page, type, run, ended, lines } = await openPlayground()
    // Messages come in their order, so that who hears the last one has heard all of them.
    const heardByPage = page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          addEventListener('message', ({ data }) => data === 'last' && resolve())
        }),
    )
    await type(`const heard = new Promise((resolve) => addEventListener('message', ({ data }) => data === 'last' && resolve()))
for (const target of [parent, window]) {
  target.postMessage(null, '*')
  target.postMessage({ type: 'event', event: { type: 'console' } }, '*')
  target.postMessage('wx-upload-playground:ready', '*')
  target.postMessage({ type: 'wx-upload-playground:run', code: 'console.log(1)' }, '*')
  target.postMessage('last', '*')
}
await heard
console.log('still here')`)
    await run()
    await heardByPage
    await ended()
    expect(await lines()).toEqual(['still here'])
  })

  it('Stop ends the code, its timers and its uploads, and the next run begins anew', async () => {
    const { page, url, gate, status, rows, type, run, ended, names } = await openPlayground()
    gate.close()
    await type(`const filePath = new File([new Uint8Array(64 * 1024 * 1024)], 'large.bin')
wx.uploadFile({ url: location.origin + '/upload', filePath, name: 'file' })
setInterval(() => console.log('tick'), 20)`)
    await run()
    await rows.filter({ hasText: 'onProgressUpdate' }).waitFor()
    await rows.filter({ hasText: 'tick' }).nth(2).waitFor()
    await expect.poll(() => status.textContent(), patient).toBe('Running')
    const frames = page.frames()

    await page.getByRole('button', { name: 'Stop' }).click()
    await expect.poll(() => status.textContent(), patient).toMatch(/^Stopped after [\d,]+ ms$/)
    await expect
      .poll(() => page.getByRole('button', { name: 'Stop' }).isDisabled(), patient)
      .toBe(true)
    // The document in which it ran is no more; the next one waits.
    await expect.poll(() => frames.filter((frame) => frame.isDetached()).length, patient).toBe(1)
    const count = await rows.count()
    gate.open()

    await page.getByRole('button', { name: 'Clear' }).click()
    await type("console.log('again')")
    await run()
    await ended()
    expect(count).toBeGreaterThan(3)
    expect(await names()).toEqual(['console.log'])
    expect(await storedNames(url)).toEqual([])
  })

  it('a run ends what ran before it', async () => {
    const { rows, status, type, run, ended, lines } = await openPlayground()
    await type("setInterval(() => console.log('before'), 10)")
    await run()
    await rows.filter({ hasText: 'before' }).first().waitFor()
    await type("setTimeout(() => console.log('after'), 100)")
    await run()
    await rows.filter({ hasText: 'after' }).waitFor()
    await ended()
    expect(await lines()).toEqual(['after'])
    await expect.poll(() => status.textContent(), patient).toMatch(/^Ended/)
  })

  it('shows what code logs, whatever it is, and keeps the last thousand lines', async () => {
    const { page, rows, type, run, ended, lines } = await openPlayground()
    await type(`const round = { list: [1, , 'three'], get trap() { throw new Error() } }
round.self = round
console.log('text', 1, null, undefined, 10n, Symbol('s'), () => 0)
console.log(round)
console.log(new Proxy({}, { ownKeys() { throw new Error() } }))
console.log(new Map([['a', new Set([1])]]), new Date(0), new Uint8Array(3))
console.log(Object.assign(new Error('made'), { code: 7 }))`)
    await run()
    await ended()
    expect(await lines()).toEqual([
      'text 1 null undefined 10n Symbol(s) ƒ ()',
      "{ list: [1, undefined, 'three'], trap: [getter], self: [circular] }",
      '[unreadable]',
      "Map [['a', Set [1]]]1970-01-01T00:00:00.000ZUint8Array [0, 0, 0]",
      'Error: made',
    ])
    await rows.nth(1).locator('summary').click()
    await part(rows.nth(1), 'list').click()
    await expect.poll(() => rows.nth(1).innerText(), patient).toContain("2: 'three'")
    await rows.nth(4).locator('summary').click()
    await expect
      .poll(() => rows.nth(4).innerText(), patient)
      .toMatch(/at playground\.js:7:\d+\ncode: 7$/)

    await type("for (let n = 1; n <= 1500; n += 1) console.log('line', n)")
    await run()
    await ended()
    await page.getByText('500 earlier lines are not kept.').waitFor()
    expect((await lines()).at(-1)).toBe('line 1500')
  })

  it('reads an answer that is JSON', async () => {
    const { page, rows, run, ended } = await openPlayground()
    await page.getByLabel('Sample').selectOption('form-data')
    await run()
    await ended()
    const success = rows.filter({ hasText: 'success' }).last()
    await success.locator('summary').click()
    await part(success, 'data').click()
    await success.getByText('this text, read as JSON').waitFor()
    await part(success, 'fields').click()
    await expect.poll(() => success.innerText(), patient).toContain(`object: '{"tags":["a","b"]}'`)
  })

  it('says that the page’s policy keeps code from other servers', async () => {
    const { rows, names, type, run, ended } = await openPlayground({
      expected: [/Content Security Policy/],
    })
    await type("wx.uploadFile({ url: 'https://example.com/upload', filePath: file, name: 'file' })")
    await run()
    await ended()
    expect(await names()).toEqual(['wx.uploadFile', 'Blocked', 'fail', 'complete'])
    expect(await rows.nth(1).innerText()).toContain('https://example.com/upload')
  })

  it('keeps what a person has made of each sample, until it is reset; and that can be undone', async () => {
    const { page, editor, code, type } = await openPlayground()
    const reset = page.getByRole('button', { name: 'Reset' })
    const original = await code()
    expect(await reset.isDisabled()).toBe(true)

    await type('// mine')
    await page.getByLabel('Sample').selectOption('queue')
    expect(await code()).toContain('24')
    await page.reload()
    await editor.waitFor()
    expect(await code()).toContain('24')
    await page
      .getByLabel('Sample')
      .selectOption({ label: 'Choose a picture and upload it (changed)' })
    expect(await code()).toBe('// mine')

    await reset.click()
    expect(await code()).toBe(original)
    expect(await reset.isDisabled()).toBe(true)
    await editor.focus()
    await page.keyboard.press('ControlOrMeta+z')
    expect(await code()).toBe('// mine')
  })

  it('uploads the file that a person chooses, or drops, in place of its own', async () => {
    const { page, url, editor, code, run, ended } = await openPlayground()
    await page.getByLabel('Sample').selectOption('form-data')
    const before = await code()
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Choose a file' }).click(),
    ])
    await chooser.setFiles({
      name: 'chosen.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('hi'),
    })
    await page.getByText('chosen.txt').waitFor()
    await run()
    await ended()
    expect(await storedNames(url)).toEqual(['chosen.txt'])

    // Over the editor, which would take in its text.
    const box = await editor.boundingBox()
    expect(box && box.x < 400 && box.x + box.width > 400).toBe(true)
    const dragged = await drag(page, [photo])
    await page.getByText('Drop to use this file').waitFor()
    await dragged.drop()
    await page.getByText(path.basename(photo)).waitFor()
    expect(await code()).toBe(before)
    await run()
    await expect.poll(() => storedNames(url), patient).toEqual(['photo.jpg', 'chosen.txt'])

    await page.getByRole('button', { name: 'Use the sample picture' }).click()
    await page.getByText('sample.jpg').waitFor()
  })

  it('is used by keys alone: Tab indents, Escape and Tab leave, Ctrl+Enter runs from anywhere', async () => {
    const { page, editor, code, type, ended, lines } = await openPlayground()
    await type("console.log('ran')")
    await page.keyboard.press('Home')
    await page.keyboard.press('Tab')
    expect(await code()).toBe("  console.log('ran')")
    await page.keyboard.press('Control+Enter')
    await ended()
    expect(await lines()).toEqual(['ran'])
    expect(await code()).toBe("  console.log('ran')")

    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')
    expect(await editor.evaluate((element) => element.matches(':focus'))).toBe(false)
    const log = page.getByRole('log')
    await expect
      .poll(async () => {
        await page.keyboard.press('Tab')
        return await log.evaluate((element) => element.matches(':focus'))
      }, patient)
      .toBe(true)
    await page.keyboard.press('Control+Enter')
    await expect.poll(lines, patient).toEqual(['ran'])
    expect(await describedBy(page)).toBe('Tab indents. To leave the editor, press Esc, then Tab.')
  })

  it.each([
    ['light', 'en-US'],
    ['dark', 'en-US'],
    ['light', 'zh-CN'],
    ['dark', 'zh-CN'],
  ] as const)('axe finds nothing in it: %s, %s', async (colorScheme, locale) => {
    const { page, rows, type, run, ended } = await openPlayground({
      browser: { colorScheme, locale },
      expected: [/./],
    })
    expect(await findViolations(page)).toEqual([])

    await page.locator('select').selectOption('wrong-url')
    await run()
    await ended()
    await rows.locator('summary').first().click()
    expect(await findViolations(page)).toEqual([])

    await type(`console.warn('careful', { a: 1 })
wx.uploadFile({ url: location.origin + '/upload', filePath: file, name: 'file' })
setInterval(() => console.error('tick'), 1000)
throw new Error('thrown')`)
    await run()
    await rows.filter({ hasText: 'thrown' }).waitFor()
    await rows.filter({ hasText: 'tick' }).first().waitFor()
    expect(await findViolations(page)).toEqual([])
  })

  it.each([360, 800, 1280, 2560])(
    'at %i pixels nothing is out of reach to the side',
    async (width) => {
      const { page, run, ended, type } = await openPlayground({
        browser: { viewport: { width, height: 800 } },
        expected: [/./],
      })
      await type(`wx.uploadFile({ url: location.origin + '/upload', filePath: file, name: 'file' })
console.error('${'long'.repeat(200)}')
throw new Error('${'wide'.repeat(100)}')`)
      await run()
      await ended()
      const [scrollWidth, logWidth, logClientWidth] = await page.evaluate(() => {
        const log = document.querySelector('.log')
        return [document.documentElement.scrollWidth, log?.scrollWidth, log?.clientWidth]
      })
      expect(scrollWidth).toBe(width)
      expect(logWidth).toBe(logClientWidth)
      // What has happened is to be seen where the log is below the code.
      expect(await page.locator('.log-row').last().isVisible()).toBe(true)
      const box = await page.locator('.pane-log').boundingBox()
      expect(box === null ? 800 : box.y).toBeLessThan(800)
      await runButton(page).scrollIntoViewIfNeeded()
    },
  )
})

/** The part of a value with this name; the value has been opened. */
function part(row: Locator, name: string): Locator {
  return row.locator('.value-key', { hasText: new RegExp(`^${name}: $`) })
}

async function findViolations(page: Page): Promise<unknown> {
  await page.evaluate(axe.source)
  // The documents in which code runs show nothing.
  const found: AxeResults = await page.evaluate('axe.run(document, { iframes: false })')
  return found.violations.map(({ id, nodes }) => ({ id, elements: nodes.map(({ html }) => html) }))
}

/** The description of the editor, as it is given to assistive technology. */
async function describedBy(page: Page): Promise<string | undefined> {
  return await page.locator('.editor-host').evaluate((host) => {
    const id = host.shadowRoot?.querySelector('.cm-content')?.getAttribute('aria-describedby')
    return host.shadowRoot?.querySelector(`#${id}`)?.textContent
  })
}
