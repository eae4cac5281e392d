import { appendFile, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { JSHandle, Page } from 'playwright'
import { describe, expect, it, onTestFinished } from 'vitest'
import { useChromium } from './chromium.ts'
import { type Client, importMapPage, openClientPage, pickFile, watchUpload } from './client-page.ts'
import { createGate } from './gate.ts'
import { startSite } from './site.ts'

const newPage = useChromium()

/** More than a browser and a system take at once from a file whose upload nobody reads. */
const largeBytes = 64 * 1024 * 1024

const longAgo = new Date('2020-01-01T00:00:00Z')

/** A file of this machine, in a folder of its own. It is old: Chromium tells the times of changes by the second. */
async function createFile(sizeBytes: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-browser-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'file.bin')
  await writeFile(file, Buffer.alloc(sizeBytes, 1))
  await utimes(file, longAgo, longAgo)
  return file
}

/** A page of a site that counts what is uploaded, and where uploads wait until `onUpload` has resolved. */
async function openPage(onUpload: () => Promise<void> = async () => undefined): Promise<{
  page: Page
  client: JSHandle<Client>
  url: string
  received: number[]
}> {
  const received: number[] = []
  const answer = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    await onUpload()
    let bytes = 0
    for await (const chunk of req) bytes += chunk.length
    received.push(bytes)
    res.end('received')
  }
  const [page, origin] = await Promise.all([
    newPage(),
    startSite({
      routes: {
        '/': importMapPage,
        // A connection that breaks is what some tests are about.
        '/upload': (req, res) => void answer(req, res).catch(() => undefined),
      },
    }),
  ])
  const client = await openClientPage(page, origin)
  return { page, client, url: `${origin}/upload`, received }
}

const changes: [string, (file: string) => Promise<void>][] = [
  ['has grown', (file) => appendFile(file, 'more')],
  ['has shrunk', (file) => truncate(file, 10)],
  ['was written anew with the same size', (file) => writeFile(file, Buffer.alloc(largeBytes, 2))],
]

describe('U-16 a file on disk', () => {
  it.each(changes)('that %s since it was looked at is not sent', async (_title, change) => {
    const file = await createFile(largeBytes)
    const { page, client, url, received } = await openPage()
    const filePath = await pickFile(page, file)
    // Chromium notes what a file is some time after it was chosen, and at the latest when somebody asks.
    expect(await filePath.evaluate(({ size }) => size)).toBe(largeBytes)
    await change(file)
    const { events, result } = await watchUpload(client, { url, filePath })
    expect(result).toEqual({ errMsg: 'uploadFile:fail file cannot be read', errno: 1300005 })
    expect(events).toEqual(['fail', 'complete'])
    expect(received).toEqual([])
  })

  it.each(changes.filter(([title]) => title !== 'has shrunk'))(
    'that %s while it is sent fails the upload',
    async (_title, change) => {
      const file = await createFile(largeBytes)
      const { page, client, url } = await openPage(() => change(file))
      const filePath = await pickFile(page, file)
      const { events, result } = await watchUpload(client, { url, filePath })
      expect(result).toEqual({
        errMsg: 'uploadFile:fail file changed during upload',
        errno: 1300005,
      })
      expect(events.slice(-2)).toEqual(['fail', 'complete'])
    },
  )

  it('that shrinks while it is sent fails the upload, and nothing takes what came for a whole', async () => {
    const file = await createFile(largeBytes)
    const { page, client, url, received } = await openPage(() => truncate(file, 10))
    const filePath = await pickFile(page, file)
    const { events, result } = await watchUpload(client, { url, filePath })
    expect(events.slice(-2)).toEqual(['fail', 'complete'])
    expect(result).toEqual({
      errMsg: 'uploadFile:fail file changed during upload',
      errno: 1300005,
    })
    expect(received).toEqual([])
  })

  it('U-09 that was looked at, and deleted before it is sent, is not found', async () => {
    const file = await createFile(1000)
    const { page, client, url, received } = await openPage()
    const filePath = await pickFile(page, file)
    expect(await filePath.evaluate(({ size }) => size)).toBe(1000)
    await rm(file)
    const { result } = await watchUpload(client, { url, filePath })
    expect(result).toEqual({ errMsg: 'uploadFile:fail file not found', errno: 1300002 })
    expect(received).toEqual([])
  })

  it('U-09 that nobody has looked at, and deleted before it is sent, is not found', async () => {
    const file = await createFile(1000)
    const { page, client, url, received } = await openPage()
    const filePath = await pickFile(page, file)
    await rm(file)
    const { result } = await watchUpload(client, { url, filePath })
    expect(result).toEqual({ errMsg: 'uploadFile:fail file not found', errno: 1300002 })
    expect(received).toEqual([])
  })

  it('is sent as often as it is asked for, while it stays as it is', async () => {
    const file = await createFile(1000)
    const { page, client, url, received } = await openPage()
    const filePath = await pickFile(page, file)
    await watchUpload(client, { url, filePath })
    await watchUpload(client, { url, filePath })
    const [first = 0, second] = received
    expect(first).toBeGreaterThan(1000)
    expect(second).toBe(first)
  })

  it('that is empty is sent as it is', async () => {
    const file = await createFile(0)
    const { page, client, url } = await openPage()
    const { result } = await watchUpload(client, { url, filePath: await pickFile(page, file) })
    expect(result).toMatchObject({ errMsg: 'uploadFile:ok', data: 'received' })
  })
})

describe('U-09 a blob URL', () => {
  it('that was let go of is a file that is not there', async () => {
    const { client, url, received } = await openPage()
    const filePath = await client.evaluate(() => {
      const url = URL.createObjectURL(new Blob(['content']))
      URL.revokeObjectURL(url)
      return url
    })
    const { result } = await watchUpload(client, { url, filePath })
    expect(result).toEqual({ errMsg: 'uploadFile:fail file not found', errno: 1300002 })
    expect(received).toEqual([])
  })

  it('that is let go of while its upload waits is a file that is not there', async () => {
    const { client, url, received } = await openPage()
    const errMsg = await client.evaluate(
      ({ createWx }, url) =>
        new Promise<string>((resolve) => {
          const wx = createWx({ maxConcurrent: 1 })
          const filePath = URL.createObjectURL(new Blob(['content']))
          const complete = (): void => URL.revokeObjectURL(filePath)
          wx.uploadFile({ url, name: 'file', filePath: new Blob(['first']), complete })
          wx.uploadFile({ url, name: 'file', filePath, complete: (res) => resolve(res.errMsg) })
        }),
      url,
    )
    expect(errMsg).toBe('uploadFile:fail file not found')
    expect(received).toHaveLength(1)
  })

  it('that is let go of while it is sent is sent whole', async () => {
    const begun = createGate()
    const released = createGate()
    const { client, url, received } = await openPage(() => {
      begun.open()
      return released.opened
    })
    const filePath = await client.evaluate(
      (_client, size) => URL.createObjectURL(new Blob([new Uint8Array(size)])),
      largeBytes,
    )
    const uploaded = watchUpload(client, { url, filePath })
    await begun.opened
    await client.evaluate((_client, url) => URL.revokeObjectURL(url), filePath)
    released.open()
    expect((await uploaded).result).toMatchObject({ errMsg: 'uploadFile:ok' })
    expect(received[0]).toBeGreaterThan(largeBytes)
  })
})
