/**
 * `wx.uploadFile` for authors of hosts: bring a {@link Platform}, get a `wx`.
 *
 * @module
 */
import type { WxConfig } from './lib/config.ts'
import { createWxWith, type Wx, type WxPlatform } from './lib/create-wx.ts'
import { sendRepeatedly } from './lib/send-repeatedly.ts'
import { toAbortSignal } from './lib/stop.ts'
import type { UploadFile } from './lib/transport.ts'

export type * from './lib/api.ts'
export type { ChooseImage, ChosenImage, ImagePicker, ImageRequest } from './lib/choose-image.ts'
export type { Clock } from './lib/clock.ts'
export type { WxConfig } from './lib/config.ts'
export type { Wx } from './lib/create-wx.ts'
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

/**
 * A `wx` on a host's own platform.
 *
 * @throws {TypeError | RangeError} where the configuration makes no sense
 */
export function createWxOn<F extends UploadFile>(
  platform: WxPlatform<F>,
  config: WxConfig = {},
): Wx {
  return createWxWith(platform, {
    config,
    transport: (request, emit, stop) => platform.transport(request, emit, toAbortSignal(stop)),
    sendRepeatedly,
  })
}
