import { createHash } from 'node:crypto'
import type { ChooseImageSuccess } from '@wx-upload/client'
import type { JSHandle, Page } from 'playwright'
import { expect, it } from 'vitest'
import { useChromium } from './chromium.ts'
import { type Client, clickForPicker, importMapPage, openClientPage } from './client-page.ts'
import {
  type Corners,
  type Decoded,
  decodeImage,
  drawImage,
  gif,
  withOrientation,
} from './sample-images.ts'
import { startSite } from './site.ts'

/** An image as it was chosen, or as it came out. */
interface Image {
  readonly name: string
  readonly type: string
  readonly content: Buffer
}

const newPage = useChromium()

async function openPage(): Promise<{ page: Page; client: JSHandle<Client> }> {
  const [page, origin] = await Promise.all([
    newPage(),
    startSite({ routes: { '/': importMapPage } }),
  ])
  return { page, client: await openClientPage(page, origin) }
}

/** Chooses an image in the real picker; what chooseImage makes of it. */
async function choose(
  { page, client }: { page: Page; client: JSHandle<Client> },
  image: Image,
  sizeType?: ('original' | 'compressed')[],
): Promise<Image> {
  const result = await client.evaluateHandle(
    ({ wx }, sizeType) => ({
      file: new Promise<Blob | undefined>((resolve) => {
        document.querySelector('button')?.addEventListener('click', () => {
          wx.chooseImage({
            ...(sizeType && { sizeType }),
            success: ({ tempFilePaths }: ChooseImageSuccess) =>
              resolve(wx.tempFiles.get(tempFilePaths[0] ?? '')),
            fail: () => resolve(undefined),
          })
        })
      }),
    }),
    sizeType,
  )
  const picker = await clickForPicker(page)
  await picker.setFiles({ name: image.name, mimeType: image.type, buffer: image.content })
  const { base64, ...rest } = await result.evaluate(async ({ file: promise }) => {
    const file = await promise
    if (!(file instanceof File)) throw new Error('chooseImage gave no file')
    const reader = new FileReader()
    reader.readAsDataURL(file)
    await new Promise((resolve) => reader.addEventListener('load', resolve))
    const base64 = String(reader.result).replace(/^.*,/, '')
    return { name: file.name, type: file.type, base64 }
  })
  return { ...rest, content: Buffer.from(base64, 'base64') }
}

const corners: Corners = ['rgb(255 0 0)', 'rgb(0 255 0)', 'rgb(0 0 255)', 'rgb(255 255 255)']

/** An image in a few characters, which a failure can show. */
function summarize({ content, ...names }: Image) {
  return { ...names, sha256: createHash('sha256').update(content).digest('hex') }
}

/** Compares the colours in the corners as far as an encoder keeps them. */
function expectColours(found: Decoded, expected: number[][]): void {
  const strong = found.corners.map((channels) => channels.map((value) => (value > 128 ? 255 : 0)))
  expect(strong).toEqual(expected)
}

const red = [255, 0, 0, 255]
const green = [0, 255, 0, 255]
const blue = [0, 0, 255, 255]
const white = [255, 255, 255, 255]

it('U-27 a compressed photograph is smaller, upright, and has its name and type', async () => {
  const opened = await openPage()
  const drawing = { type: 'image/jpeg', width: 2400, height: 1600, corners }
  // To be turned clockwise by 90 degrees.
  const content = withOrientation(await drawImage(opened.page, drawing), 6)
  const image = { name: 'IMG 1.JPG', type: 'image/jpeg', content }
  const { content: compressed, ...names } = await choose(opened, image, ['compressed'])
  expect(names).toEqual({ name: 'IMG 1.JPG', type: 'image/jpeg' })
  expect(compressed.length).toBeLessThan(content.length / 2)
  // Upright by itself: nothing in it says how it is to be turned.
  expect(compressed.includes('Exif')).toBe(false)
  const decoded = await decodeImage(opened.page, compressed, 'image/jpeg')
  expect(decoded).toMatchObject({ width: 1365, height: 2048 })
  expectColours(decoded, [blue, red, white, green])
})

it('U-27 a compressed PNG keeps what is transparent', async () => {
  const opened = await openPage()
  const see: Corners = ['transparent', 'rgb(0 255 0)', 'rgb(0 0 255)', 'rgb(255 255 255)']
  const drawing = { type: 'image/png', width: 2400, height: 800, corners: see }
  const content = await drawImage(opened.page, drawing)
  const image = { name: 'a.png', type: 'image/png', content }
  const { content: compressed, ...names } = await choose(opened, image, ['compressed'])
  expect(names).toEqual({ name: 'a.png', type: 'image/png' })
  expect(compressed.length).toBeLessThan(content.length)
  const decoded = await decodeImage(opened.page, compressed, 'image/png')
  expect(decoded).toMatchObject({ width: 2048, height: 683 })
  expectColours(decoded, [[0, 0, 0, 0], green, blue, white])
})

it('U-27 a small photograph is not made larger by compressing it', async () => {
  const opened = await openPage()
  const drawing = { type: 'image/jpeg', width: 8, height: 8, corners }
  const content = await drawImage(opened.page, drawing)
  const image = { name: 'small.jpg', type: 'image/jpeg', content }
  const compressed = await choose(opened, image, ['compressed'])
  expect(compressed.content.length).toBeLessThanOrEqual(content.length)
})

it.each<[string, Image]>([
  ['a GIF, which may be animated', { name: 'a.gif', type: 'image/gif', content: gif }],
  [
    'what cannot be decoded',
    { name: 'a.jpg', type: 'image/jpeg', content: Buffer.from('no photograph') },
  ],
  ['an empty file', { name: 'empty.png', type: 'image/png', content: Buffer.alloc(0) }],
])('U-27 %s comes as it is where a compressed one is asked for', async (_title, image) => {
  const came = await choose(await openPage(), image, ['compressed'])
  expect(summarize(came)).toEqual(summarize(image))
})

it.each<[sizeType: ('original' | 'compressed')[] | undefined]>([
  [undefined],
  [['original']],
  [['original', 'compressed']],
])('U-27 the image itself comes for the sizes %j', async (sizeType) => {
  const opened = await openPage()
  const drawing = { type: 'image/jpeg', width: 240, height: 160, corners }
  const content = withOrientation(await drawImage(opened.page, drawing), 6)
  const image = { name: 'photo.jpg', type: 'image/jpeg', content }
  expect(summarize(await choose(opened, image, sizeType))).toEqual(summarize(image))
})

it('U-27 a picture stays as it is where what compresses it cannot be loaded', async () => {
  const opened = await openPage()
  await opened.page.route('**/compress-image.js', (route) => route.abort())
  const drawing = { type: 'image/jpeg', width: 2400, height: 1600, corners }
  const content = await drawImage(opened.page, drawing)
  const image = { name: 'a.jpg', type: 'image/jpeg', content }
  expect(summarize(await choose(opened, image, ['compressed']))).toEqual(summarize(image))
})
