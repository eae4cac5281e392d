/**
 * The client of Node.js, all of whose uploads may use HTTP/2: what the neutral tests import when they are run by that.
 *
 * @module
 */
import { inject } from 'vitest'
import { createUploadFileAsync, type UploadFileAsync } from './core.ts'
import * as node from './node.ts'

export * from './node.ts'

export function createWx(config: node.NodeWxConfig = {}): node.NodeWx {
  const wx = node.createWx({ ca: inject('uploadCertificate'), ...config })
  return { ...wx, uploadFile: (option) => wx.uploadFile(withHttp2(option)) }
}

export const wx: node.NodeWx = createWx()

export const uploadFileAsync: UploadFileAsync = createUploadFileAsync(wx)

/** The same argument with `enableHttp2`; what is no object stays what it is. */
function withHttp2<T>(option: T): T {
  if (typeof option !== 'object' || option === null) return option
  return new Proxy(option, {
    get: (target, key) => (key === 'enableHttp2' ? true : Reflect.get(target, key)),
  })
}
