import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ReceiverError } from '../../problem/errors.ts'
import { patiently } from '../../receiver.fixture.ts'
import type { Storage, StoredFile } from '../storage.ts'
import { createUploadId } from '../upload-id.ts'
import { folderKey } from './s3-keys.ts'
import {
  accept,
  hang,
  multipartBegun,
  refuse,
  refuseUnread,
  StoreServer,
  type StoreBehaviour,
} from './store-server.fixture.ts'

const mib = 1024 * 1024
const id = createUploadId()
const file: StoredFile = {
  field: 'file',
  name: 'a',
  storedAs: 'a',
  type: 'text/plain',
  size: 10,
  sha256: null,
}
const draft = { receivedAt: new Date().toISOString(), files: [file], fields: {} }

const operations: readonly [name: string, run: (storage: Storage) => Promise<unknown>][] = [
  ['opening', (storage) => storage.open()],
  ['checking', (storage) => storage.check()],
  ['writing a small file', (storage) => storage.createUpload().createFile('a').end()],
  [
    'writing a large file',
    async (storage) => {
      const pending = storage.createUpload().createFile('a')
      for (let count = 0; count < 40; count += 1) await pending.write([Buffer.alloc(mib)])
    },
  ],
  ['sealing', (storage) => storage.createUpload().seal({ ...draft, files: [] })],
  ['publishing', async (storage) => storage.publish(await storage.createUpload().seal(draft))],
  [
    'publishing what another server sealed',
    (storage) => storage.publish({ record: { id, ...draft }, place: id }),
  ],
  ['listing', (storage) => storage.list({ limit: 10 })],
  ['looking for one', (storage) => storage.get(id)],
  ['reading', (storage) => storage.read(id, { file, start: 0, end: 9 })],
  ['removing', (storage) => storage.remove(id)],
  ['claiming', (storage) => storage.claim('key/a', 'text')],
  ['looking for a claim', (storage) => storage.readClaim('key/a')],
  ['giving a claim back', (storage) => storage.releaseClaim('key/a')],
  ['sweeping', (storage) => storage.sweep()],
]

describe('a store that fails', () => {
  it.each(operations)('R-06 ends %s in bounded time when it never answers', async (_name, run) => {
    const store = await StoreServer.start()
    store.behave = hang
    expect(await failureOf(run(store.storage()))).toMatchObject({ code: 'storage-unavailable' })
  })

  it.each(operations)('R-06 ends %s when it is out of reach', async (_name, run) => {
    const store = await StoreServer.start()
    store.behave = (request) => request.destroy()
    expect(await failureOf(run(store.storage({ operationTimeoutMs: 2000 })))).toMatchObject({
      code: 'storage-unavailable',
    })
  })

  it.each<[string, StoreBehaviour, string]>([
    ['SlowDown', refuse(503, 'SlowDown'), 'storage-unavailable'],
    ['AccessDenied', refuse(403, 'AccessDenied'), 'storage-unavailable'],
    ['NoSuchBucket', refuse(404, 'NoSuchBucket'), 'storage-unavailable'],
    ['QuotaExceeded', refuse(403, 'QuotaExceeded'), 'storage-full'],
    ['InsufficientCapacity', refuse(507, 'InsufficientCapacity'), 'storage-full'],
    ['EntityTooLarge', refuse(400, 'EntityTooLarge'), 'storage-full'],
  ])('R-03 that answers %s is told by its name alone', async (name, behave, code) => {
    const store = await StoreServer.start()
    store.behave = behave
    const pending = store.storage({ operationTimeoutMs: 50_000 }).createUpload().createFile('a')
    const failure = await failureOf(pending.end())
    expect(failure).toMatchObject({ code, message: `Writing the file a failed: ${name}` })
    expect(store.requests).toHaveLength(name === 'SlowDown' ? 6 : 1)
  })

  it('R-06 that refuses files without reading them, and closes, fails their uploads and nothing else', async () => {
    const uncaught = vi.fn<(error: Error) => void>()
    process.on('uncaughtException', uncaught)
    onTestFinished(() => void process.off('uncaughtException', uncaught))
    const store = await StoreServer.start()
    store.behave = refuseUnread(403, 'QuotaExceeded')
    const storage = store.storage({ operationTimeoutMs: 50_000 })
    for (let count = 0; count < 20; count += 1) {
      const pending = storage.createUpload().createFile('a')
      await pending.write([Buffer.alloc(5 * mib)])
      expect((await failureOf(pending.end())).code).toMatch(/^storage-(?:full|unavailable)$/)
    }
    expect(uncaught).not.toHaveBeenCalled()
  })

  it('is not waited for to say 100 Continue', async () => {
    const store = await StoreServer.start()
    store.behave = accept
    const pending = store.storage({ operationTimeoutMs: 50_000 }).createUpload().createFile('a')
    await pending.write([Buffer.alloc(4 * mib)])
    await expect(pending.end()).resolves.toBeUndefined()
  })

  it('is asked again when it refused for a moment, by two hundred uploads at once', async () => {
    const store = await StoreServer.start()
    const refusals = new Map<string, number>()
    store.behave = (request, response) => {
      const count = refusals.get(request.url ?? '') ?? 0
      refusals.set(request.url ?? '', count + 1)
      if (count < 2) refuse(503, 'SlowDown')(request, response)
      else accept(request, response)
    }
    const storage = store.storage({ operationTimeoutMs: 50_000 })
    await Promise.all(
      Array.from({ length: 200 }, () => storage.createUpload().createFile('a').end()),
    )
    expect([...refusals.values()]).toEqual(Array.from({ length: 200 }, () => 3))
  })

  it('R-05 takes no more than four parts of a file that it does not store, and lets go of them at once', async () => {
    const store = await StoreServer.start()
    store.behave = (request, response) => {
      if (request.method === 'POST') response.end(multipartBegun)
      else if (/partNumber=[12]&/.test(request.url ?? '')) accept(request, response)
      else hang(request)
    }
    const upload = store.storage({ operationTimeoutMs: 600_000 }).createUpload()
    const pending = upload.createFile('a')
    let written = 0
    const writing = (async () => {
      for (;;) {
        await pending.write([Buffer.alloc(mib / 2)])
        written += mib / 2
      }
    })()
    // Of six parts two are stored.
    await expect.poll(() => written, patiently).toBe(30 * mib)
    await expect.poll(() => store.requests.length, patiently).toBe(6)
    store.behave = refuse(404, 'NoSuchUpload')
    const failed = failureOf(writing)
    await upload.discard().catch(() => undefined)
    expect((await failed).code).toBe('aborted')
    expect(written).toBe(30 * mib)
  })

  it('R-02 is told to remove a record and a file that it may have stored as soon as it answers, and once more at a sweep', async () => {
    const store = await StoreServer.start()
    store.behave = hang
    const storage = store.storage({ operationTimeoutMs: 1000 })
    const upload = storage.createUpload()
    await failureOf(upload.createFile('a').end())
    await failureOf(storage.publish(await upload.seal(draft)))
    await failureOf(upload.discard())
    store.behave = accept
    store.requests.length = 0
    const removed = [
      expect.stringMatching(/^DELETE \/bucket\/files\/[0-9A-Z]{26}\/a$/),
      expect.stringMatching(/^DELETE \/bucket\/uploads\/[0-9A-Z]{26}\.json$/),
    ]
    const removals = () =>
      store.requests
        .filter((request) => /^DELETE \/bucket\/(?:files|uploads)\//.test(request))
        .toSorted()
    await storage.releaseClaim('key/a')
    await expect.poll(removals, patiently).toEqual(removed)
    store.requests.length = 0
    await storage.sweep().catch(() => undefined)
    expect(removals()).toEqual(removed)
  })
})

describe('a file that is read from a store', () => {
  it('R-06 fails in bounded time when nothing more comes', async () => {
    const { stream } = await openFile((response) => response.write('01234'), {
      operationTimeoutMs: 2000,
    })
    expect((await failureOf(buffer(stream))).message).toBe('Reading the file a stopped for 2 s')
  })

  it('R-06 fails when it breaks off', async () => {
    const { stream } = await openFile((response) => {
      response.write('01234', () => response.destroy())
    })
    expect(await failureOf(buffer(stream))).toMatchObject({
      code: 'storage-unavailable',
      message: 'Reading the file a broke off',
    })
  })

  it('lets go of its connection when it is destroyed', async () => {
    const { stream, closed } = await openFile((response) => response.write('01234'))
    stream.destroy()
    await expect(closed).resolves.toBeUndefined()
  })
})

/** Opens a file of a store that answers with its record, then with what `send` sends of the file. */
async function openFile(
  send: (response: Parameters<StoreBehaviour>[1]) => void,
  { operationTimeoutMs = 50_000 } = {},
): Promise<{ stream: Readable; closed: Promise<void> }> {
  const store = await StoreServer.start()
  let onClosed: () => void
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve
  })
  store.behave = (request, response) => {
    if (request.headers.range === undefined) {
      response.end(JSON.stringify({ version: 1, folder: folderKey(id), ...draft }))
      return
    }
    response.on('close', onClosed)
    response.writeHead(206, { 'Content-Length': 10, 'Content-Range': 'bytes 0-9/10' })
    send(response)
  }
  const storage = store.storage({ operationTimeoutMs })
  const record = await storage.get(id)
  const [stored] = record?.files ?? []
  if (stored === undefined) throw new Error('no file')
  const stream = await storage.read(id, { file: stored, start: 0, end: 9 })
  return { stream, closed }
}

async function failureOf(promise: Promise<unknown>): Promise<ReceiverError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof ReceiverError) return error
    throw error
  }
  throw new Error('it did not fail')
}
