import { stat } from 'node:fs/promises'
import type { ImagePicker, ImageRequest } from '../choose-image.ts'
import type { TempFiles } from '../temp-files.ts'
import { rethrowAsFileError, toPath } from './local-file.ts'

/** Lets a person, or a test, choose: gives paths or Blobs, none where the choice was cancelled. */
export type ImageChooser = (
  request: ImageRequest,
) => readonly (string | Blob)[] | undefined | Promise<readonly (string | Blob)[] | undefined>

/** The picker that a host's chooser makes. [U-27] */
export function createImagePicker(
  choose: ImageChooser,
  tempFiles: TempFiles<string | Blob>,
): ImagePicker {
  return async (request) => {
    const chosen = (await choose(request)) ?? []
    const files = chosen
      .slice(0, request.count)
      .map((file) => (typeof file === 'string' ? toPath(file) : file))
    const sizes = await Promise.all(files.map(sizeOf))
    return files.map((file, index) => ({ path: tempFiles.add(file), size: sizes[index] ?? 0 }))
  }
}

async function sizeOf(file: string | Blob): Promise<number> {
  if (typeof file !== 'string') return file.size
  return (await stat(file).catch(rethrowAsFileError)).size
}
