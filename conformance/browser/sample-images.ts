import type { Page } from 'playwright'

/** The colours of an image's corners, as CSS has them: top left, top right, bottom left, bottom right. */
export type Corners = readonly [string, string, string, string]

/** An image to draw: what does not compress well, and a corner each of a colour. */
export interface Drawing {
  readonly type: string
  readonly width: number
  readonly height: number
  readonly corners: Corners
}

/** An image as it is decoded. */
export interface Decoded {
  readonly width: number
  readonly height: number
  /** The colours in the corners, each as its red, green, blue and alpha. */
  readonly corners: readonly (readonly number[])[]
}

/** Draws an image in the page, and encodes it at the best quality. */
export async function drawImage(page: Page, drawing: Drawing): Promise<Buffer> {
  const base64 = await page.evaluate(async ({ type, width, height, corners }) => {
    const canvas = new OffscreenCanvas(width, height)
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    const noise = context.createImageData(width, height)
    // No random numbers: each run has the same image.
    let state = 1
    for (let index = 0; index < noise.data.length; index += 1) {
      state = (state * 48271) % 2147483647
      noise.data[index] = index % 4 === 3 ? 255 : state % 256
    }
    context.putImageData(noise, 0, 0)
    const side = Math.min(width, height) / 4
    for (const [index, colour] of corners.entries()) {
      const left = index % 2 === 0 ? 0 : width - side
      const top = index < 2 ? 0 : height - side
      context.clearRect(left, top, side, side)
      context.fillStyle = colour
      context.fillRect(left, top, side, side)
    }
    const blob = await canvas.convertToBlob({ type, quality: 1 })
    const reader = new FileReader()
    reader.readAsDataURL(blob)
    await new Promise((resolve) => reader.addEventListener('load', resolve))
    return String(reader.result).replace(/^.*,/, '')
  }, drawing)
  return Buffer.from(base64, 'base64')
}

/** Decodes an image in the page, turned as it says, the way every viewer shows it. */
export async function decodeImage(page: Page, content: Buffer, type: string): Promise<Decoded> {
  return page.evaluate(
    async ({ base64, type }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
      const image = new Blob([bytes], { type })
      const bitmap = await createImageBitmap(image)
      const { width, height } = bitmap
      const context = new OffscreenCanvas(width, height).getContext('2d')
      if (context === null) throw new Error('no canvas')
      context.drawImage(bitmap, 0, 0)
      const corners = [
        [4, 4],
        [width - 5, 4],
        [4, height - 5],
        [width - 5, height - 5],
      ].map(([x = 0, y = 0]) => [...context.getImageData(x, y, 1, 1).data])
      return { width, height, corners }
    },
    { base64: content.toString('base64'), type },
  )
}

/** A JPEG that says how it is to be turned: an APP1 segment right behind its beginning. [Exif 2.3 §4.5.4, §4.6.4] */
export function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const entry = Buffer.alloc(12)
  entry.writeUInt16BE(0x01_12, 0)
  // One SHORT, at the left of its field.
  entry.writeUInt16BE(3, 2)
  entry.writeUInt32BE(1, 4)
  entry.writeUInt16BE(orientation, 8)
  const directory = Buffer.concat([Buffer.from([0, 1]), entry, Buffer.alloc(4)])
  const header = Buffer.from('MM\0\x2a\0\0\0\x08', 'latin1')
  const content = Buffer.concat([Buffer.from('Exif\0\0'), header, directory])
  const marker = Buffer.from([0xff, 0xe1, 0, 0])
  marker.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), marker, content, jpeg.subarray(2)])
}

/** The smallest GIF there is: one white pixel. */
export const gif: Buffer = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64')
