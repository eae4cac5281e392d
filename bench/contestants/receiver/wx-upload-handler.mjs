import { createReceiver } from '@wx-upload/receiver'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { listen } from '../listen.mjs'

const limits = { fileSizeBytes: Infinity, totalSizeBytes: Infinity, concurrentUploads: Infinity }

/** The handler of @wx-upload/receiver in a server of `node:http`, as the others are. */
export function start({ folder, durability, checksum }) {
  const storage = createDiskStorage(folder, { durability })
  return listen(createReceiver({ storage, checksum, limits }))
}
