import { openAsBlob } from 'node:fs'
import ky from 'ky'

/** ky. */
export async function upload({ url, file }, onProgress) {
  const body = new FormData()
  body.set('file', await openAsBlob(file), 'file')
  await ky
    .post(url, {
      body,
      retry: 0,
      timeout: false,
      onUploadProgress: ({ transferredBytes }) => onProgress(transferredBytes),
    })
    .text()
}
