import { S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { listen } from '../listen.mjs'

/** The body as it comes, unread, into an object, by the Upload of the SDK. */
export function start({ bucket, store }) {
  const client = new S3Client(store)
  let stored = 0
  return listen(async (request, response) => {
    const params = { Bucket: bucket, Key: String((stored += 1)), Body: request }
    await new Upload({ client, params }).done()
    response.end('{}')
  })
}
