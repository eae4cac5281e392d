import { FormData } from 'formdata-node'
import { fileFromPath } from 'formdata-node/file-from-path'
import { got } from 'got'

/** got with a FormData of formdata-node. */
export async function upload({ url, file }, onProgress) {
  const body = new FormData()
  body.set('file', await fileFromPath(file))
  const request = got.post(url, { body, retry: { limit: 0 } })
  void request.on('uploadProgress', ({ transferred }) => onProgress(transferred))
  await request
}
