/**
 * `wx.uploadFile` in Node.js.
 *
 * @module
 */
import { createUploadFileAsync, type UploadFileAsync, type Wx, type WxConfig } from './core.ts'
import { runCallback } from './lib/callbacks.ts'
import { createWxWith } from './lib/create-wx.ts'
import type { TlsOptions } from './lib/node/agents.ts'
import { createConnections } from './lib/node/http-connections.ts'
import { createHttpTransport } from './lib/node/http-transport.ts'
import { createImagePicker, type ImageChooser } from './lib/node/image-chooser.ts'
import { type NodeFile, openFile } from './lib/node/open-file.ts'
import { createSandbox, type SandboxFolders } from './lib/node/sandbox-path.ts'
import { sendRepeatedly } from './lib/send-repeatedly.ts'
import { createTempFiles, nameOfBlob, type TempFiles } from './lib/temp-files.ts'

export type * from './lib/api.ts'
export type { ChooseImage, ImageRequest } from './lib/choose-image.ts'
export type { ImageChooser } from './lib/node/image-chooser.ts'
export type { SandboxFolders } from './lib/node/sandbox-path.ts'
export type { TempFiles } from './lib/temp-files.ts'
export { UploadError } from './core.ts'
export type { UploadFileAsync, UploadFileAsyncOptions, UploadTask, Wx, WxConfig } from './core.ts'

/** The configuration of a `wx` in Node.js. */
export interface NodeWxConfig extends WxConfig, TlsOptions {
  /** Who chooses when `wx.chooseImage` is called. Default: nobody, and it fails with errno 100. [U-27] */
  chooseImage?: ImageChooser
  /**
   * For hosts that run other people's code: the folders of this machine that `wxfile://tmp…`, `wxfile://usr/…` and paths of the
   * code package lead to. Whatever leads elsewhere fails with errno 1301000, and `tempFiles` hands out and takes Blobs alone.
   * Default: every path of this machine. [U-10]
   */
  sandbox?: SandboxFolders
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
  const sandbox = config.sandbox === undefined ? undefined : createSandbox(config.sandbox)
  const tempFiles = createTempFiles<string | Blob>((file) =>
    typeof file === 'string' ? file : nameOfBlob(file),
  )
  const wx = createWxWith<NodeFile>(
    {
      openFile: (file) => openFile(file, { tempFiles, sandbox }),
      pickImages: config.chooseImage && createImagePicker(config.chooseImage, tempFiles),
      reportError: throwUncaught,
      warn,
    },
    {
      config,
      transport: createHttpTransport({ connections: createConnections(config), warn }),
      sendRepeatedly,
    },
  )
  return { ...wx, tempFiles: sandbox ? withoutPaths(tempFiles) : tempFiles }
}

/** A `wx` with the default configuration. */
export const wx: NodeWx = createWx()

/** `wx.uploadFile` as a promise: of {@link wx}, or of the `wx` that its options name. [U-28] */
export const uploadFileAsync: UploadFileAsync = createUploadFileAsync(wx)

/** [U-10] The keeper as code in a sandbox may have it: it opens no path, and tells none of the host's. */
function withoutPaths(tempFiles: TempFiles<string | Blob>): TempFiles<string | Blob> {
  return {
    add(file) {
      if (typeof file !== 'string') return tempFiles.add(file)
      throw new TypeError('Cannot keep a path in a sandbox: it should be a Blob')
    },
    get(path) {
      const file = tempFiles.get(path)
      return typeof file === 'string' ? undefined : file
    },
    release: (path) => tempFiles.release(path),
  }
}

/** [U-04] What a callback throws becomes an uncaught exception, outside of everything that runs now. */
function throwUncaught(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}
