import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { hasThumbnail } from '../lib/file-kind.ts'
import { filePath, type StoredFile } from '../lib/stored-upload.ts'
import { FilePicture } from './file-picture.tsx'

/** The picture of a file on the server. */
export function StoredThumbnail(props: {
  readonly uploadId: string
  readonly index: number
  readonly file: StoredFile
}): JSX.Element {
  const { file, uploadId, index } = props
  const isBroken = useSignal(false)
  return (
    <FilePicture name={file.name} type={file.type}>
      {hasThumbnail(file) && !isBroken.value ? (
        <img
          src={filePath(uploadId, index)}
          alt=""
          loading="lazy"
          decoding="async"
          width={44}
          height={44}
          onError={() => (isBroken.value = true)}
        />
      ) : undefined}
    </FilePicture>
  )
}
