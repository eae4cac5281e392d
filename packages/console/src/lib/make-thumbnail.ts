import { createLimiter } from './limiter.ts'

/** Makes small pictures, so many at a time. */
export type ThumbnailMaker = (
  load: (signal: AbortSignal) => Promise<Blob> | Blob,
  signal: AbortSignal,
) => Promise<Blob>

/** The side of a small picture in its own pixels: twice what it is shown at, for fine screens. */
const sidePx = 88

/**
 * Makes a maker of small pictures. Decoding a photograph takes a hundred times the memory of its file, for a moment:
 * no more than `atOnce` are decoded at a time, beside the page's own work. Rejects for what is no picture.
 */
export function createThumbnailMaker(atOnce: number): ThumbnailMaker {
  const limiter = createLimiter(atOnce)
  return (load, signal) => limiter.run(async () => shrink(await load(signal), signal), signal)
}

async function shrink(picture: Blob, signal: AbortSignal): Promise<Blob> {
  // The other side follows; of a picture that is twice as wide as high it is still enough.
  const bitmap = await createImageBitmap(picture, {
    resizeWidth: sidePx * 2,
    resizeQuality: 'medium',
  })
  try {
    signal.throwIfAborted()
    const canvas = new OffscreenCanvas(sidePx, sidePx)
    const side = Math.min(bitmap.width, bitmap.height)
    const left = (bitmap.width - side) / 2
    const top = (bitmap.height - side) / 2
    canvas.getContext('2d')?.drawImage(bitmap, left, top, side, side, 0, 0, sidePx, sidePx)
    return await canvas.convertToBlob({ type: 'image/webp' })
  } finally {
    bitmap.close()
  }
}
