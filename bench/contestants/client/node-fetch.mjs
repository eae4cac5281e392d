import fetch, { FormData, fileFrom } from 'node-fetch'

/** node-fetch; it tells nothing of progress. */
export async function upload({ url, file }) {
  const body = new FormData()
  body.set('file', await fileFrom(file))
  const response = await fetch(url, { method: 'POST', body })
  await response.text()
}
