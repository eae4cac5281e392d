import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer } from '@wx-upload/receiver/server'
import { onTestFinished } from 'vitest'

/** Starts a developer server on a free port, which is gone when the test is over. Resolves with its upload url. */
export async function startReceiver(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-browser-'))
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent' })
  const { url } = await server.listen()
  onTestFinished(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })
  return `${url}/upload`
}
