/**
 * `wx.uploadFile` for authors of hosts: bring a {@link Platform}, get a `wx`.
 *
 * @module
 */
import type { UploadFileOption } from './lib/api.ts'
import { runCallback } from './lib/callbacks.ts'
import { type ChooseImage, createChooseImage, type ImagePicker } from './lib/choose-image.ts'
import { readLimits, readOptionDefaults, type WxConfig } from './lib/config.ts'
import { createOptionReader } from './lib/options.ts'
import type { Platform, UploadFile } from './lib/transport.ts'
import { startUpload } from './lib/upload-file.ts'
import { createUploadQueue } from './lib/upload-queue.ts'
import type { UploadTask } from './lib/upload-task.ts'

export type * from './lib/api.ts'
export type { ChooseImage, ChosenImage, ImagePicker, ImageRequest } from './lib/choose-image.ts'
export type { WxConfig } from './lib/config.ts'
export { type FailureCode, networkError, type NetError, UploadError } from './lib/errors.ts'
export type { FileOption, Platform, Transport, UploadFile, UploadRequest } from './lib/transport.ts'
export { checkTarget, type UrlRules } from './lib/url-rules.ts'
export type { Signal } from './lib/upload-state.ts'
export type { UploadTask } from './lib/upload-task.ts'

/** The part of the platform's `wx` that this package implements. */
export interface Wx {
  /**
   * Sends a file to the developer server: one POST, `multipart/form-data`.
   *
   * Returns its task at once, whatever the argument; never throws. What fails reaches `fail`.
   */
  uploadFile(option: UploadFileOption): UploadTask
  /** Lets the user choose images; fails with errno 100 where there is nobody to ask. */
  chooseImage: ChooseImage
}

/**
 * A `wx` on a host's own platform.
 *
 * @throws {TypeError | RangeError} where the configuration makes no sense
 */
export function createWxOn<F extends UploadFile>(
  platform: Platform<F> & { readonly pickImages?: ImagePicker | undefined },
  config: WxConfig = {},
): Wx {
  const { maxConcurrent, maxResponseBytes } = readLimits(config)
  // A warning that cannot be given is no reason to fail.
  const warn = (message: string): void =>
    runCallback(config.warn ?? platform.warn, message, platform.reportError)
  const setup = {
    platform,
    readOptions: createOptionReader({
      ...readOptionDefaults(config),
      whyReserved: platform.whyReserved ?? (() => undefined),
      warn,
    }),
    queue: createUploadQueue(maxConcurrent),
    maxResponseBytes,
  }
  return {
    uploadFile: (option) => startUpload(option, setup),
    chooseImage: createChooseImage(platform.pickImages, platform.reportError),
  }
}
