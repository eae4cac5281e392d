import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { ChosenImage, ImagePicker, ImageRequest } from '../choose-image.ts'
import { rethrowAsFileError, toPath } from './local-file.ts'

/** What stands behind the temporary paths that one `wx` has handed out. */
export interface TempFiles {
  /** A new temporary path for a file, and the file's size. */
  add(file: string | Blob): Promise<ChosenImage>
  /** The file behind a temporary path, or undefined. */
  find(tempPath: string): string | Blob | undefined
}

/** Lets a person, or a test, choose: gives paths or Blobs, none where the choice was cancelled. */
export type ImageChooser = (
  request: ImageRequest,
) => readonly (string | Blob)[] | undefined | Promise<readonly (string | Blob)[] | undefined>

const scheme = 'wxfile://'

/** Whether a path has the platform's scheme, so that it names nothing on this machine by itself. */
export function isTempPath(filePath: string): boolean {
  return filePath.startsWith(scheme)
}

export function createTempFiles(): TempFiles {
  const files = new Map<string, string | Blob>()
  return {
    async add(file) {
      const source = typeof file === 'string' ? toPath(file) : file
      const { size } =
        typeof source === 'string' ? await stat(source).catch(rethrowAsFileError) : source
      const path = `${scheme}tmp_${randomBytes(16).toString('hex')}${extname(nameOf(source))}`
      files.set(path, source)
      return { path, size }
    },
    find: (tempPath) => files.get(tempPath),
  }
}

function nameOf(source: string | Blob): string {
  if (typeof source === 'string') return source
  return source instanceof File ? source.name : ''
}

/** The picker that a host's chooser makes. [U-27] */
export function createImagePicker(choose: ImageChooser, tempFiles: TempFiles): ImagePicker {
  return async (request) => {
    const chosen = (await choose(request)) ?? []
    return Promise.all(chosen.slice(0, request.count).map((file) => tempFiles.add(file)))
  }
}
