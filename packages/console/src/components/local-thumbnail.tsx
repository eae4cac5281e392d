import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { hasThumbnail } from '../lib/file-kind.ts'
import { createLimiter } from '../lib/limiter.ts'
import { FilePicture } from './file-picture.tsx'

/** In the picture's own pixels: twice what it is shown at, for fine screens. */
const sidePx = 88
// Decoding a photograph takes a hundred times the memory of its file, for a moment.
const decoding = createLimiter(2)

/** The picture of a file of this computer: decoded small, beside the page's own work, and only once it is seen. */
export function LocalThumbnail({ file }: { readonly file: File }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null)
  const isDrawn = useSignal(false)
  useEffect(() => {
    const target = canvas.current
    if (target === null || !hasThumbnail(file)) return undefined
    const gone = new AbortController()
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting !== true) return
      observer.disconnect()
      drawThumbnail(file, target, gone.signal).then(
        () => (isDrawn.value = true),
        // It is no picture after all, or the row has gone: the icon stays.
        () => undefined,
      )
    })
    observer.observe(target)
    return () => {
      observer.disconnect()
      gone.abort()
    }
  }, [file])
  if (!hasThumbnail(file)) return <FilePicture name={file.name} type={file.type} />
  return (
    <span class="picture-stack">
      {!isDrawn.value && <FilePicture name={file.name} type={file.type} />}
      <canvas ref={canvas} class="picture" width={sidePx} height={sidePx} />
    </span>
  )
}

async function drawThumbnail(
  file: File,
  canvas: HTMLCanvasElement,
  signal: AbortSignal,
): Promise<void> {
  const bitmap = await decoding.run(
    () => createImageBitmap(file, { resizeWidth: sidePx * 2, resizeQuality: 'medium' }),
    signal,
  )
  try {
    signal.throwIfAborted()
    const side = Math.min(bitmap.width, bitmap.height)
    const left = (bitmap.width - side) / 2
    const top = (bitmap.height - side) / 2
    canvas
      .getContext('2d')
      ?.drawImage(bitmap, left, top, side, side, 0, 0, canvas.width, canvas.height)
  } finally {
    bitmap.close()
  }
}
