import { openAsBlob } from 'node:fs'
import { FormData, request } from 'undici'

/** undici's request; it tells nothing of progress. */
export async function upload({ url, file }) {
  const body = new FormData()
  body.set('file', await openAsBlob(file), 'file')
  const response = await request(url, { method: 'POST', body })
  await response.body.text()
}
