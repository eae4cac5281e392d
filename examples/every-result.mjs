import { createWx } from '@wx-upload/client'

const url = process.env.WX_UPLOAD_URL ?? 'http://127.0.0.1:8787/upload'
const wx = createWx({ timeout: 10_000, domains: [new URL(url).origin] })

/** The same call, as a promise of what `complete` receives. */
const upload = (option) =>
  new Promise((resolve) => wx.uploadFile({ name: 'file', ...option, complete: resolve }))

for (const option of [
  { url, filePath: 'no-such-photo.jpg' },
  { url, filePath: '.' },
  { url: 'ftp://127.0.0.1/upload', filePath: 'photo.jpg' },
  { url: 'https://example.com/upload', filePath: 'photo.jpg' },
  { url },
]) {
  const { errMsg, errno } = await upload(option)
  console.log(errno, errMsg)
}
