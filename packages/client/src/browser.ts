/**
 * `wx.uploadFile` and `wx.chooseImage` in a page; `wx.uploadFile` in a worker too.
 *
 * @module
 */
import { createImagePicker } from './lib/browser/image-picker.ts'
import { openFile } from './lib/browser/open-file.ts'
import { whyReserved } from './lib/browser/reserved-headers.ts'
import { sendByXhr } from './lib/browser/xhr-transport.ts'
import type { WxConfig } from './lib/config.ts'
import { createWxWith, type Wx } from './lib/create-wx.ts'
import type { SendRepeatedly } from './lib/send-upload.ts'
import { createTempFiles, nameOfBlob, type TempFiles } from './lib/temp-files.ts'
import { createUploadFileAsync, type UploadFileAsync } from './lib/upload-file-async.ts'

export type * from './lib/api.ts'
export type { ChooseImage, ImageRequest } from './lib/choose-image.ts'
export type { TempFiles } from './lib/temp-files.ts'
export type { WxConfig } from './lib/config.ts'
export type { Wx } from './lib/create-wx.ts'
export { UploadError } from './lib/errors.ts'
export type { UploadFileAsync, UploadFileAsyncOptions } from './lib/upload-file-async.ts'
export type { UploadTask } from './lib/upload-task.ts'

/** A `wx` in a browser. */
export interface BrowserWx extends Wx {
  /** The files behind temporary paths, which live until they are released or the page goes. An extension. */
  readonly tempFiles: TempFiles<Blob>
}

/** Loaded when an upload asks for it: hardly any does. Where it cannot be, the upload fails, and is not tried just once. */
const sendRepeatedly: SendRepeatedly = async (request, upload) =>
  (await import('./lib/send-repeatedly.ts')).sendRepeatedly(request, upload)

/**
 * A `wx` with this configuration; its uploads share a queue.
 *
 * `referer` is left out with a warning: a browser sets that header itself.
 *
 * @throws {TypeError | RangeError} where the configuration makes no sense
 */
export function createWx({ referer, ...config }: WxConfig = {}): BrowserWx {
  const warn = config.warn ?? ((message: string) => console.warn(message))
  if (referer !== undefined) warn('createWx: referer is left out: the browser sets it')
  const tempFiles = createTempFiles(nameOfBlob)
  const wx = createWxWith(
    {
      openFile: (file) => openFile(file, { tempFiles, warn }),
      // A worker has no page to ask in.
      pickImages: 'document' in globalThis ? createImagePicker(tempFiles) : undefined,
      whyReserved,
      reportError: (error) => globalThis.reportError(error),
      warn,
    },
    { config, transport: sendByXhr, sendRepeatedly },
  )
  return { ...wx, tempFiles }
}

/** A `wx` with the default configuration. */
export const wx: BrowserWx = /* @__PURE__ */ createWx()

/** `wx.uploadFile` as a promise: of {@link wx}, or of the `wx` that its options name. [U-28] */
export const uploadFileAsync: UploadFileAsync = /* @__PURE__ */ createUploadFileAsync(wx)
