import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  eventually,
  formatPart,
  isStill,
  post,
  RawClient,
  startReceiver,
  patiently,
  temporaryFolder,
} from '../receiver.fixture.ts'
import { createDiskStorage } from '../storage/disk-storage.ts'
import type { Storage } from '../storage/storage.ts'
import { wrapUploads } from '../storage/wrap-uploads.ts'

const kib = 1024
const mib = 1024 * kib

describe('receiving', () => {
  it('R-05 makes the sender wait for a slow storage, and loses nothing', async () => {
    const gate = new Gate()
    const { port, server } = await startReceiver({ storage: await gate.storage() })
    const takenBytes = countTaken(server)
    const body = pattern(64 * mib)
    const part = formatPart({ name: 'f', fileName: 'f.bin', body })
    const end = `--boundary-of-a-test--\r\n`
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': part.length + end.length })
    client.send(part)
    client.send(end)

    await eventually('the first write', () => gate.writes === 1)
    await eventually('the receiver takes no more', () => isStill(() => takenBytes()))
    // At most 2 MiB, and what Node itself had read when it stopped.
    expect(takenBytes()).toBeLessThan(2.5 * mib)
    expect(client.received).toBe('')

    gate.release()
    await expect.poll(() => client.received, patiently).toMatch(new RegExp(`"size":${body.length}`))
    expect(gate.content().equals(body)).toBe(true)
    // 1 MiB a call, less what holds the chunks.
    expect(gate.writes).toBeLessThanOrEqual(body.length / (1000 * kib) + 1)
  })

  it('R-05 does not hold the time that the storage needs against the sender', async () => {
    const gate = new Gate()
    const limits = { idleTimeMs: 2000, minRateWindowMs: 2000, minRateBytesPerSecond: 1000 }
    const { url } = await startReceiver({ storage: await gate.storage(), limits })
    const answer = post(url, [{ name: 'f', fileName: 'f.bin', body: pattern(16 * mib) }])
    await eventually('the first write', () => gate.writes === 1)
    const since = Date.now()
    await eventually('more than twice the limits', () => Date.now() - since > 4500)
    gate.release()
    expect((await answer).status).toBe(200)
  })

  it('R-05 counts what holds small chunks as memory too', async () => {
    const gate = new Gate()
    const { port, server } = await startReceiver({ storage: await gate.storage() })
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
    gate.release()
  })

  it('R-05 holds little more of many uploads than of a few while the storage is slow, and loses none', async () => {
    const gate = new Gate()
    const { port, server } = await startReceiver({ storage: await gate.storage() })
    const takenBytes = countTaken(server)
    const body = pattern(2 * mib)
    const part = formatPart({ name: 'f', fileName: 'f.bin', body })
    const end = `--boundary-of-a-test--\r\n`
    const clients = Array.from({ length: 50 }, () => new RawClient(port))
    for (const client of clients) {
      client.sendHead({ 'Content-Length': part.length + end.length })
      client.send(part)
      client.send(end)
    }
    await eventually('the receiver takes no more', () => isStill(() => takenBytes()))
    // 32 MiB of all, and of each what one read brings and what Node itself had read when it stopped.
    expect(takenBytes()).toBeLessThan(32 * mib + clients.length * 256 * kib)
    gate.release()
    for (const client of clients) {
      const size = new RegExp(`"size":${body.length}`)
      await expect.poll(() => client.received, patiently).toMatch(size)
    }
  })

  it('R-02 discards an upload whose storage fails in the middle, and says nothing of why', async () => {
    const gate = new Gate({ failure: new Error('secret') })
    gate.release()
    const { url } = await startReceiver({ storage: await gate.storage() })
    const answer = await post(url, [{ name: 'f', fileName: 'f', body: pattern(mib) }])
    expect(answer.status).toBe(500)
    expect(JSON.stringify(answer.body)).not.toContain('secret')
    expect(gate.discarded).toBe(1)
  })
})

/** Uploads whose writes wait until they are released, and are kept in memory. */
class Gate {
  readonly #failure: Error | undefined
  readonly #chunks: Uint8Array[] = []
  readonly #passage: Promise<void>
  release: () => void = () => undefined
  writes = 0
  discarded = 0

  constructor({ failure }: { failure?: Error } = {}) {
    this.#failure = failure
    this.#passage = new Promise((resolve) => {
      this.release = resolve
    })
  }

  content(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** A storage behind this gate. */
  async storage(): Promise<Storage> {
    const disk = createDiskStorage(await temporaryFolder(), { durability: 'none' })
    return wrapUploads(disk, (upload) => ({
      createFile: (storedAs) => ({
        storedAs,
        write: (chunks) => this.#write(chunks),
        end: () => Promise.resolve(),
      }),
      seal: (draft) => upload.seal(draft),
      discard: () => {
        this.discarded += 1
        return upload.discard()
      },
    }))
  }

  async #write(chunks: readonly Uint8Array[]): Promise<void> {
    this.writes += 1
    await this.#passage
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
