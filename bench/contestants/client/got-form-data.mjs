import { createReadStream } from 'node:fs'
import FormData from 'form-data'
import { got } from 'got'

/** got with a form of form-data. */
export async function upload({ url, file }, onProgress) {
  const body = new FormData()
  body.append('file', createReadStream(file))
  const request = got.post(url, { body, retry: { limit: 0 } })
  void request.on('uploadProgress', ({ transferred }) => onProgress(transferred))
  await request
}
