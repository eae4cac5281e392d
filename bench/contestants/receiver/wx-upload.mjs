import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer } from '@wx-upload/receiver/server'

const limits = {
  fileSizeBytes: Infinity,
  totalSizeBytes: Infinity,
  fields: Infinity,
  parts: Infinity,
  concurrentUploads: Infinity,
}

/** The server of @wx-upload/receiver, without limits of size and number, and without a log, as the others have none. */
export async function start({ folder, durability, checksum }) {
  const storage = createDiskStorage(folder, { durability })
  const server = await createServer({ storage, checksum, limits, log: 'silent' })
  const { port } = await server.listen()
  return port
}
