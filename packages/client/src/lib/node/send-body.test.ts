import { open, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { openAsBlob } from 'node:fs'
import { Writable } from 'node:stream'
import { encodeMultipart } from '@wx-upload/multipart'
import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { answerContinue, okResponse, startRawServer } from './raw-server.fixture.ts'
import type { NodeFile } from './open-file.ts'
import { sendBody } from './send-body.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { eventTypes, progressEvents, startUpload, type WatchedUpload } from './upload.fixture.ts'

const MiB = 1024 * 1024
/** More than the buffers of the operating system hold. */
const sizeBytes = 64 * MiB

/** An upload to a server that has stopped reading, when all buffers are full. */
async function startStalledUpload(filePath: string | Blob) {
  const server = await startRawServer({
    keepBodies: false,
    onHead: (exchange) => {
      answerContinue(exchange)
      exchange.socket.pause()
    },
  })
  const watched = startUpload(createWx(), { url: server.url, filePath })
  let seen = -1
  await expect
    .poll(
      () => {
        const before = seen
        seen = sentBytes(watched)
        return seen > 0 && seen === before
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true)
  return { server, watched, sentBytes: seen, socket: server.sockets[0] }
}

function sentBytes(watched: WatchedUpload): number {
  return progressEvents(watched).at(-1)?.totalBytesSent ?? 0
}

describe('progress', () => {
  it('U-23 stops where the operating system takes no more, and reaches 100 when it does', async () => {
    const stalled = await startStalledUpload(await createTempFile({ sizeBytes }))
    const { watched, socket } = stalled
    expect(stalled.sentBytes).toBeLessThan(sizeBytes / 2)
    socket?.resume()
    expect(await watched.ended).toMatchObject({ statusCode: 200 })

    const events = progressEvents(watched)
    const total = stalled.server.exchanges[0]?.contentLength ?? 0
    let before = 0
    for (const event of events) {
      expect(event).toEqual({
        progress: Math.floor((event.totalBytesSent * 100) / total),
        totalBytesSent: event.totalBytesSent,
        totalBytesExpectedToSend: total,
        totalBytesWritten: event.totalBytesSent,
        totalBytesExpectedToWrite: total,
      })
      expect(event.totalBytesSent).toBeGreaterThan(before)
      before = event.totalBytesSent
    }
    expect(events.filter(({ progress }) => progress === 100)).toHaveLength(1)
    expect(events.at(-1)?.totalBytesSent).toBe(total)
    expect(eventTypes(watched)).toEqual(['progress', 'headers', 'success', 'complete'])
  })

  it('U-23 comes at most about 20 times a second', async () => {
    const server = await startRawServer({ keepBodies: false })
    const filePath = await createTempFile({ sizeBytes: 2 * sizeBytes })
    const watched = startUpload(createWx(), { url: server.url, filePath })
    await watched.ended
    const times = watched.events.flatMap((event) => (event.type === 'progress' ? [event.atMs] : []))
    const tookMs = (times.at(-1) ?? 0) - (times[0] ?? 0)
    // The last one does not wait for its turn.
    expect(times.length).toBeLessThanOrEqual(2 + tookMs / 50)
  })

  it('U-23 does not run ahead when the connection is lost with a write under way', async () => {
    const {
      watched,
      socket,
      sentBytes: stalledAt,
    } = await startStalledUpload(await createTempFile({ sizeBytes }))
    socket?.resetAndDestroy()
    expect(await watched.ended).toMatchObject({ errno: 600001 })
    expect(sentBytes(watched)).toBe(stalledAt)
  })

  it('U-23 is not 100 after an answer that came in the middle', async () => {
    const { watched, socket } = await startStalledUpload(await createTempFile({ sizeBytes }))
    socket?.write(okResponse)
    expect(await watched.ended).toMatchObject({ statusCode: 200 })
    expect(progressEvents(watched).map(({ progress }) => progress)).not.toContain(100)
  })

  it('U-23 keeps moving on a slow connection: what is written at once gets smaller', async () => {
    const writes = await writesOf(new Blob([new Uint8Array(MiB / 4)]), 60)
    expect(writes.slice(0, 2)).toEqual([32 * 1024, 16 * 1024])
    expect(writes.slice(2, -1).every((bytes) => bytes === 16 * 1024)).toBe(true)
  })

  it('U-23 does not count a write that fails', async () => {
    const target = new Writable({ write: (_chunk, _encoding, done) => done(new Error('lost')) })
    const end = new Promise((resolve) => target.on('error', () => setImmediate(resolve)))
    const sent: number[] = []
    const body = encodeMultipart<NodeFile>([{ name: 'field', value: 'x'.repeat(100_000) }])
    await sendBody(target, { body, end, onSent: (bytes) => void sent.push(bytes) })
    expect(sent).toEqual([])
  })

  it('and a quick connection is given more at once', async () => {
    const writes = await writesOf(new Blob([new Uint8Array(16 * MiB)]), 0)
    expect(Math.max(...writes)).toBe(MiB)
  })
})

/** The lengths of the writes to a connection that takes each of them in so many milliseconds. */
async function writesOf(content: Blob, writeMs: number): Promise<number[]> {
  const writes: number[] = []
  const target = new Writable({
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.length)
      if (writeMs === 0) done()
      else setTimeout(() => done(), writeMs)
    },
  })
  const file: NodeFile = {
    name: 'file',
    fileName: 'a.bin',
    type: '',
    size: content.size,
    async readFully(part, position) {
      const end = position + part.length - 1
      part.set(new Uint8Array(await content.slice(position, end).arrayBuffer()))
    },
    async assertUnchanged() {},
    async close() {},
  }
  const body = encodeMultipart([file])
  let sent = 0
  const end = new Promise(() => undefined)
  await sendBody(target, { body, end, onSent: (bytes) => (sent = bytes) })
  expect(sent).toBe(body.contentLength)
  expect(writes.reduce((sum, bytes) => sum + bytes, 0)).toBe(body.contentLength)
  expect(target.writableEnded).toBe(true)
  return writes
}

/** What can happen to a file. */
const changes: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  shrinks: (path) => editFile(path, (file) => file.truncate(sizeBytes - 1)),
  'is emptied': (path) => writeFile(path, ''),
  grows: (path) => editFile(path, (file) => file.write('x', sizeBytes)),
  'is rewritten with the same size': (path) => editFile(path, (file) => file.write('x', 0)),
  'is rewritten and given its old times': async (path) => {
    const { atime, mtime } = await stat(path)
    await editFile(path, (file) => file.write('x', 0))
    await utimes(path, atime, mtime)
  },
  'is replaced': async (path) => {
    await writeFile(`${path}.new`, 'x')
    await rename(`${path}.new`, path)
  },
  'is removed': (path) => rm(path),
}

async function editFile(
  path: string,
  edit: (file: Awaited<ReturnType<typeof open>>) => Promise<unknown>,
): Promise<void> {
  const file = await open(path, 'r+')
  await edit(file)
  await file.close()
}

const fileChanged = { errMsg: 'uploadFile:fail file changed during upload', errno: 1300005 }

describe('a file that changes while it is sent', () => {
  it.each(Object.entries(changes))(
    'U-16 that %s: the upload fails, and the server never gets a whole body',
    async (_what, change) => {
      const filePath = await createTempFile({ sizeBytes })
      const { server, watched, socket } = await startStalledUpload(filePath)
      await change(filePath)
      socket?.resume()
      expect(await watched.ended).toEqual(fileChanged)
      await expect.poll(() => server.openCount()).toBe(0)
      expect(server.exchanges).toHaveLength(1)
      expect(server.exchanges[0]?.bodyBytes).toBeLessThan(server.exchanges[0]?.contentLength ?? 0)
      expect(progressEvents(watched).map(({ progress }) => progress)).not.toContain(100)
    },
  )

  it('U-16 that stands behind a Blob: the upload fails as well', async () => {
    const filePath = await createTempFile({ sizeBytes })
    const { server, watched, socket } = await startStalledUpload(await openAsBlob(filePath))
    await editFile(filePath, (file) => file.write('x', 0))
    socket?.resume()
    expect(await watched.ended).toEqual(fileChanged)
    expect(server.exchanges[0]?.bodyBytes).toBeLessThan(server.exchanges[0]?.contentLength ?? 0)
  })

  it('U-16 that is only read meanwhile is sent', async () => {
    const filePath = await createTempFile({ sizeBytes })
    const { watched, socket } = await startStalledUpload(filePath)
    await editFile(filePath, (file) => file.read(Buffer.alloc(10), 0, 10, 0))
    socket?.resume()
    expect(await watched.ended).toMatchObject({ statusCode: 200 })
  })
})
