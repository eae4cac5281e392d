import type { ImagePicker, ImageRequest } from '../choose-image.ts'
import { UploadError } from '../errors.ts'
import type { TempFiles } from '../temp-files.ts'

/** Makes the picker of a page: the browser's own file dialog. [U-27] */
export function createImagePicker(tempFiles: TempFiles<Blob>): ImagePicker {
  return async (request) => {
    const chosen = (await askForFiles(request)).slice(0, request.count)
    const images: File[] = []
    // One after the other: a decoded photograph takes a hundred times the room of its file.
    for (const file of chosen) images.push(await inSizeType(file, request))
    return images.map((file) => ({ path: tempFiles.add(file), size: file.size }))
  }
}

/** As with a phone's picker, where both are offered the original is what comes. */
function inSizeType(file: File, { sizeType }: ImageRequest): File | Promise<File> {
  if (sizeType.includes('original')) return file
  // Few pages ask for it, and the others need not load it; where it cannot be loaded, the file is what it is.
  return import('./compress-image.ts').then(
    ({ compressImage }) => compressImage(file),
    () => file,
  )
}

/** What the user chooses in the browser's dialog; none where it was cancelled. */
function askForFiles({ count, sourceType }: ImageRequest): Promise<readonly File[]> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = 'image/*'
  input.multiple = count > 1
  // Without the album, phones go straight to the camera.
  if (!sourceType.includes('album')) input.setAttribute('capture', 'environment')
  input.hidden = true
  // Some browsers forget an input that is in no document.
  document.body.append(input)
  const chosen = new Promise<readonly File[]>((resolve, reject) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    try {
      input.showPicker()
    } catch (cause) {
      // Without a click of the user's, browsers open no dialog.
      reject(new UploadError('no-gesture', { cause }))
    }
  })
  return chosen.finally(() => input.remove())
}
