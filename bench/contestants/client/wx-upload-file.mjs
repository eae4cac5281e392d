import { readFileSync } from 'node:fs'
import { createWx, wx } from '@wx-upload/client'

let secureWx
let formData

/** `wx.uploadFile`. */
export function upload({ url, file, certificate, fields = 0 }, onProgress) {
  if (certificate) secureWx ??= createWx({ ca: readFileSync(certificate) })
  formData ??= Object.fromEntries(Array.from({ length: fields }, (_, i) => [`field-${i}`, `${i}`]))
  // More than the default of a minute, for machines that are busy with something else.
  const option = { url, filePath: file, name: 'file', formData, timeout: 600_000 }
  return new Promise((success, fail) => {
    const task = (secureWx ?? wx).uploadFile({ ...option, success, fail })
    task.onProgressUpdate(({ totalBytesSent }) => onProgress(totalBytesSent))
  })
}
