import { mkdtemp, open, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { growthOf, readPeaks } from './browser-memory.ts'
import { useChromium } from './chromium.ts'
import { importMapPage, openClientPage, pickFile, watchUpload } from './client-page.ts'
import { startSite } from './site.ts'

/** More than a signed number of 32 bits can say. */
const sizeBytes = 2 ** 31 + 1

/** What of the file may be in memory at once, besides the processes themselves. */
const mostMemoryBytes = 200 * 1024 * 1024

const newPage = useChromium()

/** A file with nothing but holes. */
async function createSparseFile(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-browser-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'large.bin')
  const handle = await open(file, 'w')
  await handle.truncate(sizeBytes)
  await handle.close()
  return file
}

it('U-15 a page sends 2 GiB, whole, and none of the browser’s processes grows with them', async () => {
  const received: number[] = []
  const announced: number[] = []
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    announced.push(Number(req.headers['content-length']))
    let bytes = 0
    for await (const chunk of req) bytes += chunk.length
    received.push(bytes)
    res.end('received')
  }
  const [page, origin, file] = await Promise.all([
    newPage(),
    startSite({ routes: { '/': importMapPage, '/upload': (req, res) => void answer(req, res) } }),
    createSparseFile(),
  ])
  const client = await openClientPage(page, origin)
  const filePath = await pickFile(page, file)
  const before = await readPeaks(page)
  const { result } = await watchUpload(client, {
    url: `${origin}/upload`,
    filePath,
    timeout: Infinity,
  })
  const after = await readPeaks(page)

  expect(result).toMatchObject({ errMsg: 'uploadFile:ok', data: 'received' })
  expect(received[0]).toBeGreaterThan(sizeBytes)
  expect(received).toEqual(announced)
  const growth = growthOf(before, after)
  console.log(`growth of the browser's processes: ${growth.map(formatMegabytes).join(', ')}`)
  expect(Math.max(...growth)).toBeLessThan(mostMemoryBytes)
})

function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
