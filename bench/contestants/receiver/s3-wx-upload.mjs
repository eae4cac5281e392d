import { createS3Storage } from '@wx-upload/receiver/s3'
import { createServer } from '@wx-upload/receiver/server'

const limits = { fileSizeBytes: Infinity, totalSizeBytes: Infinity }

/** The server of @wx-upload/receiver on a bucket. */
export async function start({ bucket, store }) {
  const storage = createS3Storage({ bucket, ...store })
  const server = await createServer({ storage, checksum: 'none', limits, log: 'silent' })
  const { port } = await server.listen()
  return port
}
