import type { UploadOption } from './api.ts'
import { runCallback } from './callbacks.ts'
import { type ChooseImage, createChooseImage, type ImagePicker } from './choose-image.ts'
import { systemClock } from './clock.ts'
import { readLimits, readOptionDefaults, type WxConfig } from './config.ts'
import { UploadError } from './errors.ts'
import { createOptionReader } from './options.ts'
import type { SendRepeatedly } from './send-upload.ts'
import type { OwnTransport, Platform, UploadFile } from './transport.ts'
import { type Interruption, startUpload } from './upload-file.ts'
import { createUploadQueue } from './upload-queue.ts'
import type { UploadTask } from './upload-task.ts'

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

/** A platform, and the images that it can give. */
export type WxPlatform<F extends UploadFile> = Platform<F> & {
  readonly pickImages?: ImagePicker | undefined
}

/** What else {@link createWxWith} makes a `wx` of. */
export interface WxParts<F extends UploadFile> {
  readonly config: WxConfig
  readonly transport: OwnTransport<F>
  readonly sendRepeatedly: SendRepeatedly
}

/**
 * Makes a `wx` of its parts.
 *
 * @throws {TypeError | RangeError} where the configuration makes no sense
 */
export function createWxWith<F extends UploadFile>(
  platform: Omit<WxPlatform<F>, 'transport'>,
  { config, transport, sendRepeatedly }: WxParts<F>,
): Wx {
  const { maxConcurrent, maxResponseBytes } = readLimits(config)
  // A warning that cannot be given is no reason to fail.
  const warn = (message: string): void =>
    runCallback(config.warn ?? platform.warn, message, platform.reportError)
  const interruption: Interruption = { error: undefined, running: new Set() }
  const setup = {
    platform,
    transport,
    sendRepeatedly,
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
