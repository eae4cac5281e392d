import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { S3Client } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import { createWx } from '@wx-upload/client'

// Your back end. It alone has the key of the store, and signs that whoever has these fields may store one JPEG of at most 10 MB
// under this name within a minute.
const s3 = new S3Client({ forcePathStyle: true })

const backEnd = createServer(async (req, res) => {
  // Here it looks who asks.
  const permit = await createPresignedPost(s3, {
    Bucket: process.env.BUCKET ?? 'uploads',
    Key: `photos/${randomUUID()}.jpg`,
    Fields: { 'Content-Type': 'image/jpeg' },
    Conditions: [['content-length-range', 1, 10_000_000]],
    Expires: 60,
  })
  res.end(JSON.stringify(permit))
})
await new Promise((resolve) => backEnd.listen(0, '127.0.0.1', resolve))

// The mini-program. It asks the back end, and uploads to the store.
const wx = createWx()
const permit = await fetch(`http://127.0.0.1:${backEnd.address().port}`)
const { url, fields } = await permit.json()

wx.uploadFile({
  url,
  filePath: 'photo.jpg',
  name: 'file', // S3 knows it by this name alone
  formData: fields,
  success ({ statusCode, data }) {
    // 204: it is stored. Anything else is a no, and `data` is XML that says why.
    console.log(statusCode, statusCode === 204 ? fields.key : data)
  },
  fail ({ errMsg }) {
    console.log(errMsg)
  },
  complete () {
    backEnd.close()
  },
})
