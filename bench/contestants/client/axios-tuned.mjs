import { createReadStream } from 'node:fs'
import axios from 'axios'
import FormData from 'form-data'

/** axios without redirects, for which it would keep all that it sends. */
export async function upload({ url, file }, onProgress) {
  const body = new FormData()
  body.append('file', createReadStream(file))
  await axios.post(url, body, {
    maxBodyLength: Infinity,
    maxRedirects: 0,
    onUploadProgress: ({ loaded }) => onProgress(loaded),
  })
}
