import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { open } from 'node:fs/promises'

const chunkBytes = 4 * 1024 * 1024

/** Part of the file of {@link writeContent}: the content of an uploaded file, of which no two are alike. */
export interface Slice {
  readonly offset: number
  readonly sizeBytes: number
}

/** Writes a file of bytes that repeat nowhere, the same for the same seed. */
export async function writeContent(
  file: string,
  { sizeBytes, seed }: { sizeBytes: number; seed: number },
): Promise<void> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16))
  const zeros = Buffer.alloc(chunkBytes)
  const handle = await open(file, 'w')
  for (let written = 0; written < sizeBytes; written += chunkBytes) {
    await handle.write(cipher.update(zeros.subarray(0, sizeBytes - written)))
  }
  await handle.close()
}

/** The slice as a Blob, which is read from the file when it is sent. */
export async function readSlice(file: string, { offset, sizeBytes }: Slice): Promise<Blob> {
  return (await openAsBlob(file)).slice(offset, offset + sizeBytes)
}

/** The SHA-256 of a slice in hexadecimal. */
export function hashSlice(file: string, { offset, sizeBytes }: Slice): Promise<string> {
  return hashBytes(createReadStream(file, { start: offset, end: offset + sizeBytes - 1 }))
}

/** The SHA-256 of bytes in hexadecimal, as they come. */
export async function hashBytes(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of chunks) hash.update(chunk)
  return hash.digest('hex')
}
