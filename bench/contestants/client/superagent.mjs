import superagent from 'superagent'

/** superagent. */
export async function upload({ url, file }, onProgress) {
  await superagent
    .post(url)
    .attach('file', file)
    .on('progress', ({ loaded, direction }) => {
      if (direction === 'upload') onProgress(loaded)
    })
}
