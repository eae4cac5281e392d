import { uploadFileAsync, UploadError } from '@wx-upload/client'

const url = process.env.WX_UPLOAD_URL ?? 'http://127.0.0.1:8787/upload'

// Two files in one request; where the network fails, or the server has no room, again up to three times.
const { statusCode, data } = await uploadFileAsync(
  {
    url,
    files: [
      { name: 'photo', filePath: 'photo.jpg' },
      { name: 'note', filePath: new Blob(['Hubble']), fileName: 'note.txt' },
    ],
    formData: { user: 'test' },
    retry: 3,
  },
  { onProgress: ({ progress }) => console.log(`${progress} %`) },
)
console.log(statusCode, data)

try {
  const signal = AbortSignal.abort(new Error('the user has left'))
  await uploadFileAsync({ url, filePath: 'photo.jpg', name: 'photo' }, { signal })
} catch (error) {
  if (!(error instanceof UploadError)) throw error
  console.log(error.errno, error.errMsg, '-', error.cause.message)
}
