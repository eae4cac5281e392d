import type { ChooseImageOption } from '@wx-upload/client'
import type { JSHandle, Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { useChromium } from './chromium.ts'
import { type Client, clickForPicker, importClient, importMapPage } from './client-page.ts'
import { startReceiver } from './receiver.ts'
import { gif } from './sample-images.ts'
import { startSite } from './site.ts'

/** What chooseImage has ended with. */
interface Chosen {
  readonly errMsg: string
  readonly errno?: number
  readonly tempFilePaths?: readonly string[]
  readonly tempFiles?: readonly { readonly path: string; readonly size: number }[]
}

const newPage = useChromium()

/** A page whose button asks for images. */
async function openPicturePage(
  option: Pick<ChooseImageOption, 'count' | 'sizeType' | 'sourceType'> = {},
): Promise<{ page: Page; client: JSHandle<Client>; chosen: () => Promise<Chosen> }> {
  const [page, origin] = await Promise.all([
    newPage(),
    startSite({ routes: { '/': importMapPage } }),
  ])
  await page.goto(origin)
  const client = await importClient(page)
  const result = await client.evaluateHandle(
    ({ wx }, option) => ({
      // In an object, for a promise would be waited for here.
      chosen: new Promise<Chosen>((resolve) => {
        document.querySelector('button')?.addEventListener('click', () => {
          wx.chooseImage({ ...option, complete: resolve })
        })
      }),
    }),
    option,
  )
  return { page, client, chosen: () => result.evaluate(({ chosen }) => chosen) }
}

function createImages(count: number) {
  return Array.from({ length: count }, (_none, index) => ({
    name: `${index + 1}.gif`,
    mimeType: 'image/gif',
    buffer: gif,
  }))
}

describe('U-27 the picker', () => {
  it('takes one image where count is 1', async () => {
    const { page, chosen } = await openPicturePage({ count: 1 })
    const picker = await clickForPicker(page)
    expect(picker.isMultiple()).toBe(false)
    expect(await picker.element().getAttribute('accept')).toBe('image/*')
    await picker.setFiles(createImages(1))
    expect(await chosen()).toEqual({
      tempFilePaths: [expect.stringMatching(/^wxfile:\/\/tmp_[0-9a-f]{32}\.gif$/)],
      tempFiles: [{ path: expect.stringMatching(/^wxfile:\/\/tmp_/), size: gif.length }],
      errMsg: 'chooseImage:ok',
    })
  })

  it.each([
    [undefined, 9],
    [2, 2],
  ])('with count %s takes the first %i of more', async (count, taken) => {
    const { page, chosen } = await openPicturePage(count === undefined ? {} : { count })
    const picker = await clickForPicker(page)
    expect(picker.isMultiple()).toBe(true)
    await picker.setFiles(createImages(taken + 1))
    const { tempFilePaths } = await chosen()
    expect(new Set(tempFilePaths)).toHaveProperty('size', taken)
  })

  it('goes to the camera where the album is not asked for', async () => {
    const { page, chosen } = await openPicturePage({ sourceType: ['camera'] })
    const picker = await clickForPicker(page)
    expect(await picker.element().getAttribute('capture')).toBe('environment')
    await picker.setFiles(createImages(1))
    expect(await chosen()).toMatchObject({ errMsg: 'chooseImage:ok' })
  })

  it.each([[['album']], [['album', 'camera']]] as const)(
    'offers everything for the sources %j',
    async (sourceType) => {
      const { page } = await openPicturePage({ sourceType: [...sourceType] })
      const picker = await clickForPicker(page)
      expect(await picker.element().getAttribute('capture')).toBeNull()
    },
  )

  it('that is closed without a choice is a cancel, and leaves nothing in the page', async () => {
    const { page, chosen } = await openPicturePage()
    const devTools = await page.context().newCDPSession(page)
    await devTools.send('Page.setInterceptFileChooserDialog', { enabled: true, cancel: true })
    await page.getByRole('button').click()
    expect(await chosen()).toEqual({ errMsg: 'chooseImage:fail cancel', errno: 1 })
    expect(await page.locator('input').count()).toBe(0)
  })

  it('leaves nothing in the page after a choice', async () => {
    const { page, chosen } = await openPicturePage()
    await (await clickForPicker(page)).setFiles(createImages(1))
    await chosen()
    expect(await page.locator('input').count()).toBe(0)
  })

  it('opens over a modal dialog', async () => {
    const { page, chosen } = await openPicturePage()
    await page.evaluate(() => {
      const dialog = document.createElement('dialog')
      dialog.append(document.querySelector('button') ?? '')
      document.body.append(dialog)
      dialog.showModal()
    })
    await (await clickForPicker(page)).setFiles(createImages(1))
    expect(await chosen()).toMatchObject({ errMsg: 'chooseImage:ok' })
  })

  it('does not open without a gesture of the user: errno 102', async () => {
    const [page, origin] = await Promise.all([
      newPage(),
      startSite({
        routes: {
          '/': `${importMapPage}<script type="module">
import { wx } from '@wx-upload/client'
wx.chooseImage({ complete: (result) => (globalThis.result = result) })
</script>`,
        },
      }),
    ])
    await page.goto(origin)
    await page.waitForFunction('globalThis.result')
    expect(await page.evaluate('result')).toEqual({
      errMsg: 'chooseImage:fail can only be invoked by user TAP gesture.',
      errno: 102,
    })
    expect(await page.locator('input').count()).toBe(0)
  })
})

/** Uploads a path. Resolves with the text of the answer, or why it failed. */
function uploadPath(client: JSHandle<Client>, option: { url: string; filePath: string }) {
  return client.evaluate(
    ({ wx }, option) =>
      new Promise<string>((resolve) => {
        wx.uploadFile({
          ...option,
          name: 'file',
          success: ({ data }) => resolve(data),
          fail: ({ errMsg }) => resolve(errMsg),
        })
      }),
    option,
  )
}

const notFound = 'uploadFile:fail file not found'

describe('U-27 a temporary path', () => {
  it('keeps the name and the type of its file for the upload, as often as it is used', async () => {
    const [url, { page, client, chosen }] = await Promise.all([startReceiver(), openPicturePage()])
    const name = '日本 "photo".b.JPG'
    const image = { name, mimeType: 'image/jpeg', buffer: gif }
    await (await clickForPicker(page)).setFiles(image)
    const [filePath = ''] = (await chosen()).tempFilePaths ?? []
    expect(filePath).toMatch(/^wxfile:\/\/tmp_[0-9a-f]{32}\.JPG$/)
    for (const answer of [
      await uploadPath(client, { url, filePath }),
      await uploadPath(client, { url, filePath }),
    ]) {
      expect(JSON.parse(answer)).toMatchObject({
        files: [{ name, type: 'image/jpeg', size: gif.length }],
      })
    }
  })

  it('is let go of when it is released, by itself or with all', async () => {
    const [url, { page, client, chosen }] = await Promise.all([startReceiver(), openPicturePage()])
    await (await clickForPicker(page)).setFiles(createImages(3))
    const [first = '', second = '', third = ''] = (await chosen()).tempFilePaths ?? []
    await client.evaluate(({ wx }, path) => wx.tempFiles.release(path), first)
    expect(await uploadPath(client, { url, filePath: first })).toBe(notFound)
    expect(await uploadPath(client, { url, filePath: second })).toMatch(/^\{/)
    await client.evaluate(({ wx }) => wx.tempFiles.release())
    expect(await uploadPath(client, { url, filePath: second })).toBe(notFound)
    expect(await uploadPath(client, { url, filePath: third })).toBe(notFound)
  })

  it('goes with the page', async () => {
    const [url, { page, chosen }] = await Promise.all([startReceiver(), openPicturePage()])
    await (await clickForPicker(page)).setFiles(createImages(1))
    const [filePath = ''] = (await chosen()).tempFilePaths ?? []
    await page.reload()
    expect(await uploadPath(await importClient(page), { url, filePath })).toBe(notFound)
  })

  it('is known to the wx alone that handed it out', async () => {
    const [url, { page, client, chosen }] = await Promise.all([startReceiver(), openPicturePage()])
    await (await clickForPicker(page)).setFiles(createImages(1))
    const [filePath = ''] = (await chosen()).tempFilePaths ?? []
    const errMsg = await client.evaluate(
      ({ createWx }, option) =>
        new Promise<string>((resolve) => {
          createWx().uploadFile({ ...option, name: 'file', fail: ({ errMsg }) => resolve(errMsg) })
        }),
      { url, filePath },
    )
    expect(errMsg).toBe(notFound)
  })
})
