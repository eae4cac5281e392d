import { createHash } from 'node:crypto'
import type {
  SealedUpload,
  Storage,
  StoredFile,
} from '../../packages/receiver/src/lib/storage/storage.ts'

const writtenBytes = 1024 * 1024

/** An upload of one file, sealed. */
export async function writeLarge(storage: Storage, bytes: Buffer): Promise<SealedUpload> {
  const upload = storage.createUpload()
  const pending = upload.createFile('large.bin')
  // As the receiver writes: a megabyte at a time.
  for (let start = 0; start < bytes.length; start += writtenBytes) {
    await pending.write([bytes.subarray(start, start + writtenBytes)])
  }
  await pending.end()
  const file: StoredFile = {
    field: 'file',
    name: 'large.bin',
    storedAs: pending.storedAs,
    type: 'application/octet-stream',
    size: bytes.length,
    sha256: sha256(bytes),
  }
  return await upload.seal({ receivedAt: new Date().toISOString(), files: [file], fields: {} })
}

/** In hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
