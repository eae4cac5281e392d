import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { hasThumbnail } from '../lib/file-kind.ts'
import { createThumbnailMaker, type ThumbnailMaker } from '../lib/make-thumbnail.ts'
import { fetchApart } from '../lib/server-requests.ts'
import { filePath, type StoredFile } from '../lib/stored-upload.ts'
import { FilePicture } from './file-picture.tsx'

// Apart, so that a slow server does not hold up the pictures of this computer's files.
const makeLocal = createThumbnailMaker(2)
const makeStored = createThumbnailMaker(3)

/** The picture of a file of this computer. */
export function LocalThumbnail({ file }: { readonly file: File }): JSX.Element {
  return <Thumbnail file={file} make={makeLocal} load={() => file} />
}

/**
 * The picture of a file on the server. Not an image with its address: those wait for a connection as long as uploads take
 * them all, and thousands of them stay in memory at their full size.
 */
export function StoredThumbnail(props: {
  readonly uploadId: string
  readonly index: number
  readonly file: StoredFile
}): JSX.Element {
  const { file, uploadId, index } = props
  async function load(signal: AbortSignal): Promise<Blob> {
    const response = await fetchApart(filePath(uploadId, index), { signal })
    return await response.blob()
  }
  return <Thumbnail file={file} make={makeStored} load={load} />
}

/** A small picture, made once it is seen; an icon before that, and where there is no picture. */
function Thumbnail(props: {
  readonly file: { readonly name: string; readonly type: string; readonly size: number }
  readonly make: ThumbnailMaker
  readonly load: (signal: AbortSignal) => Promise<Blob> | Blob
}): JSX.Element {
  const { file } = props
  const place = useRef<HTMLSpanElement>(null)
  const address = useSignal<string | undefined>(undefined)

  useEffect(() => {
    const target = place.current
    if (target === null || !hasThumbnail(file)) return undefined
    let wanted = new AbortController()
    // What is scrolled past is not worth its turn.
    const observer = new IntersectionObserver(([entry]) => {
      wanted.abort()
      if (entry?.isIntersecting !== true) return
      wanted = new AbortController()
      void show(wanted.signal)
    })
    async function show(signal: AbortSignal): Promise<void> {
      try {
        address.value = URL.createObjectURL(await props.make(props.load, signal))
        observer.disconnect()
      } catch {
        // It is no picture after all, or nobody looks any more: the icon stays.
      }
    }
    observer.observe(target)
    return () => {
      observer.disconnect()
      wanted.abort()
      if (address.value !== undefined) URL.revokeObjectURL(address.value)
    }
  }, [])

  return (
    <span ref={place} class="picture-place">
      <FilePicture name={file.name} type={file.type}>
        {address.value === undefined ? undefined : (
          <img src={address.value} alt="" width={44} height={44} />
        )}
      </FilePicture>
    </span>
  )
}
