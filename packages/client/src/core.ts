/**
 * `wx.uploadFile` for authors of hosts: bring a {@link Platform}, get a `wx`.
 *
 * @module
 */
import type { UploadOption } from './lib/api.ts'
import { runCallback } from './lib/callbacks.ts'
import { systemClock } from './lib/clock.ts'
import { type ChooseImage, createChooseImage, type ImagePicker } from './lib/choose-image.ts'
import { UploadError } from './lib/errors.ts'
import { readLimits, readOptionDefaults, type WxConfig } from './lib/config.ts'
import { createOptionReader } from './lib/options.ts'
import type { Platform, UploadFile } from './lib/transport.ts'
import { type Interruption, startUpload } from './lib/upload-file.ts'
import { createUploadQueue } from './lib/upload-queue.ts'
import type { UploadTask } from './lib/upload-task.ts'

export type * from './lib/api.ts'
export type { ChooseImage, ChosenImage, ImagePicker, ImageRequest } from './lib/choose-image.ts'
export type { Clock } from './lib/clock.ts'
export type { WxConfig } from './lib/config.ts'
export { type FailureCode, networkError, type NetError, UploadError } from './lib/errors.ts'
export type {
  FileOption,
  Platform,
  RequestMethod,
  Transport,
  UploadFile,
  UploadRequest,
} from './lib/transport.ts'
export {
  createUploadFileAsync,
  type UploadFileAsync,
  type UploadFileAsyncOptions,
} from './lib/upload-file-async.ts'
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
  uploadFile(option: UploadOption): UploadTask
  /** Lets the user choose images; fails with errno 100 where there is nobody to ask. */
  chooseImage: ChooseImage
  /**
   * For hosts, whose app has left the foreground: every upload that runs or waits fails at once with
   * `uploadFile:fail interrupted`, errno 600003, and so does every later one until {@link Wx.resume}. `reason` becomes
   * the error's cause. A phone does so 5 seconds after the app has left. An extension. [U-31]
   */
  interrupt(reason?: unknown): void
  /** Uploads may go on; those that were interrupted stay so. An extension. */
  resume(): void
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
  const interruption: Interruption = { error: undefined, running: new Set() }
  const setup = {
    platform,
    clock: platform.clock ?? systemClock,
    readOptions: createOptionReader({
      ...readOptionDefaults(config),
      whyReserved: platform.whyReserved,
      warn,
    }),
    queue: createUploadQueue(maxConcurrent),
    maxResponseBytes,
    interruption,
  }
  return {
    uploadFile: (option) => startUpload(option, setup),
    chooseImage: createChooseImage(platform.pickImages, platform.reportError),
    interrupt(cause) {
      const error = new UploadError('interrupted', { cause })
      interruption.error = error
      for (const fail of interruption.running) fail(error)
    },
    resume() {
      interruption.error = undefined
    },
  }
}
