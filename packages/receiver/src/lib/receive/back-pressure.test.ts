import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  eventually,
  formatPart,
  post,
  RawClient,
  startReceiver,
  patiently,
} from '../receiver.fixture.ts'
import type { PendingUpload, Storage, UploadDraft, UploadPage } from '../storage/storage.ts'
import { createUploadId } from '../storage/upload-id.ts'

const kib = 1024
const mib = 1024 * kib

describe('receiving', () => {
  it('R-05 makes the sender wait for a slow storage, and loses nothing', async () => {
    const storage = new GatedStorage()
    const { port, server } = await startReceiver({ storage })
    const takenBytes = countTaken(server)
    const body = pattern(64 * mib)
    const part = formatPart({ name: 'f', fileName: 'f.bin', body })
    const end = `--boundary-of-a-test--\r\n`
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': part.length + end.length })
    client.send(part)
    client.send(end)

    await eventually('the first write', () => storage.writes === 1)
    await eventually('the receiver takes no more', () => isStill(() => takenBytes()))
    // At most 2 MiB, and what Node itself had read when it stopped.
    expect(takenBytes()).toBeLessThan(2.5 * mib)
    expect(client.received).toBe('')

    storage.release()
    await expect.poll(() => client.received, patiently).toMatch(new RegExp(`"size":${body.length}`))
    expect(storage.content().equals(body)).toBe(true)
    // 512 KiB a call, less what holds the chunks.
    expect(storage.writes).toBeLessThanOrEqual(body.length / (500 * kib) + 1)
  })

  it('R-05 does not hold the time that the storage needs against the sender', async () => {
    const storage = new GatedStorage()
    const limits = { idleTimeMs: 600, minRateWindowMs: 600, minRateBytesPerSecond: 1000 }
    const { url } = await startReceiver({ storage, limits })
    const answer = post(url, [{ name: 'f', fileName: 'f.bin', body: pattern(16 * mib) }])
    await eventually('the first write', () => storage.writes === 1)
    const since = Date.now()
    await eventually('more than twice the limits', () => Date.now() - since > 1500)
    storage.release()
    expect((await answer).status).toBe(200)
  })

  it('R-05 counts what holds small chunks as memory too', async () => {
    const storage = new GatedStorage()
    const { port, server } = await startReceiver({ storage })
    const takenBytes = countTaken(server)
    const client = new RawClient(port)
    client.sendHead({ 'Transfer-Encoding': 'chunked' })
    const head = formatPart({ name: 'f', fileName: 'f.bin' }).subarray(0, -2)
    client.send(
      Buffer.concat([Buffer.from(`${head.length.toString(16)}\r\n`), head, Buffer.from('\r\n')]),
    )
    const bytes = Buffer.from('1\r\nx\r\n'.repeat(200_000))
    client.send(bytes)
    await eventually('the receiver takes no more', () => isStill(() => takenBytes()))
    // Some eight thousand chunks of one byte, each with what holds it, are 2 MiB; they are 48 KiB of the body, and Node
    // reads 64 KiB at once.
    expect(takenBytes()).toBeLessThan(256 * kib)
    storage.release()
  })

  it('R-02 discards an upload whose storage fails in the middle, and says nothing of why', async () => {
    const storage = new GatedStorage({ failure: new Error('secret') })
    storage.release()
    const { url } = await startReceiver({ storage })
    const answer = await post(url, [{ name: 'f', fileName: 'f', body: pattern(mib) }])
    expect(answer.status).toBe(500)
    expect(JSON.stringify(answer.body)).not.toContain('secret')
    expect(storage.discarded).toBe(1)
  })
})

/** A storage in memory for one file, whose writes wait until it is released. */
class GatedStorage implements Storage {
  readonly #failure: Error | undefined
  readonly #chunks: Uint8Array[] = []
  readonly #gate: Promise<void>
  release: () => void = () => undefined
  writes = 0
  discarded = 0

  constructor({ failure }: { failure?: Error } = {}) {
    this.#failure = failure
    this.#gate = new Promise((resolve) => {
      this.release = resolve
    })
  }

  content(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  createUpload(): PendingUpload {
    return {
      createFile: (storedAs) => ({
        storedAs,
        write: (chunks) => this.#write(chunks),
        end: () => Promise.resolve(),
      }),
      commit: (draft: UploadDraft) => Promise.resolve({ id: createUploadId(), ...draft }),
      discard: () => {
        this.discarded += 1
        return Promise.resolve()
      },
    }
  }

  open(): Promise<void> {
    return Promise.resolve()
  }

  list(): Promise<UploadPage> {
    return Promise.resolve({ uploads: [], next: null, damaged: [] })
  }

  get(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  read(): Promise<Readable> {
    return Promise.resolve(Readable.from([]))
  }

  remove(): Promise<boolean> {
    return Promise.resolve(false)
  }

  async #write(chunks: readonly Uint8Array[]): Promise<void> {
    this.writes += 1
    await this.#gate
    if (this.#failure !== undefined) throw this.#failure
    this.#chunks.push(...chunks)
  }
}

function pattern(sizeBytes: number): Buffer {
  return Buffer.alloc(sizeBytes, 'a pattern of a length that is no power of two')
}

/** Counts what a server has read from its connections. */
function countTaken(server: Server): () => number {
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  return () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0)
}

/** Whether a number stays the same for a while. */
async function isStill(read: () => number): Promise<boolean> {
  const before = read()
  await delay(200)
  return read() === before
}
