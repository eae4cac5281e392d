import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new folder that is gone when the test is over. */
export async function createTempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wx-upload-client-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A new file with this content, or with so many bytes that take no room on the disk. */
export async function createTempFile(
  content: string | Uint8Array | { sizeBytes: number },
): Promise<string> {
  const path = join(await createTempFolder(), 'photo.jpg')
  if (typeof content === 'string' || content instanceof Uint8Array) {
    await writeFile(path, content)
  } else {
    const file = await open(path, 'w')
    await file.truncate(content.sizeBytes)
    await file.close()
  }
  return path
}
