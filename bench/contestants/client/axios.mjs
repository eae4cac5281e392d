import { createReadStream } from 'node:fs'
import axios from 'axios'
import FormData from 'form-data'

/** axios as it comes, but for its limit of size. */
export async function upload({ url, file }, onProgress) {
  const body = new FormData()
  body.append('file', createReadStream(file))
  await axios.post(url, body, {
    maxBodyLength: Infinity,
    onUploadProgress: ({ loaded }) => onProgress(loaded),
  })
}
