import { openAsBlob } from 'node:fs'

/** The fetch of Node.js; it tells nothing of progress. */
export async function upload({ url, file }) {
  const body = new FormData()
  body.set('file', await openAsBlob(file), 'file')
  const response = await fetch(url, { method: 'POST', body })
  await response.text()
}
