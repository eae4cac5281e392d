/**
 * `wx.uploadFile` in Node.js.
 *
 * @module
 */
import { createWxOn, type Wx, type WxConfig } from './core.ts'
import { runCallback } from './lib/callbacks.ts'
import { createAgents, type TlsOptions } from './lib/node/agents.ts'
import { createHttpTransport } from './lib/node/http-transport.ts'
import { createImagePicker, type ImageChooser } from './lib/node/image-chooser.ts'
import { type NodeFile, openFile } from './lib/node/open-file.ts'
import { createTempFiles, nameOfBlob, type TempFiles } from './lib/temp-files.ts'

export type * from './lib/api.ts'
export type { ChooseImage, ImageRequest } from './lib/choose-image.ts'
export type { ImageChooser } from './lib/node/image-chooser.ts'
export type { TempFiles } from './lib/temp-files.ts'
export type { UploadTask, Wx, WxConfig } from './core.ts'

/** The configuration of a `wx` in Node.js. */
export interface NodeWxConfig extends WxConfig, TlsOptions {
  /** Who chooses when `wx.chooseImage` is called. Default: nobody, and it fails with errno 100. [U-27] */
  chooseImage?: ImageChooser
}

/** A `wx` in Node.js. */
export interface NodeWx extends Wx {
  /** The files behind temporary paths: each is a path or a Blob. An extension. */
  readonly tempFiles: TempFiles<string | Blob>
}

/**
 * A `wx` with this configuration; its uploads share a queue and a pool of connections.
 *
 * @throws {TypeError | RangeError} where the configuration makes no sense
 */
export function createWx(config: NodeWxConfig = {}): NodeWx {
  // A warning that cannot be given is no reason to fail. [U-04]
  const warn = (message: string): void =>
    runCallback(config.warn ?? console.warn, message, throwUncaught)
  if (config.rejectUnauthorized === false) {
    warn('createWx: rejectUnauthorized is false, so anybody on the way can read and change uploads')
  }
  const tempFiles = createTempFiles<string | Blob>((file) =>
    typeof file === 'string' ? file : nameOfBlob(file),
  )
  const wx = createWxOn<NodeFile>(
    {
      openFile: (file) => openFile(file, tempFiles),
      transport: createHttpTransport({ agents: createAgents(config), warn }),
      pickImages: config.chooseImage && createImagePicker(config.chooseImage, tempFiles),
      reportError: throwUncaught,
      warn,
    },
    config,
  )
  return { ...wx, tempFiles }
}

/** A `wx` with the default configuration. */
export const wx: NodeWx = createWx()

/** [U-04] What a callback throws becomes an uncaught exception, outside of everything that runs now. */
function throwUncaught(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}
