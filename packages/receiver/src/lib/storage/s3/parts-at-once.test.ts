import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { patiently } from '../../receiver.fixture.ts'
import type { PendingFile } from '../storage.ts'
import { multipartBegun, StoreServer } from './store-server.fixture.ts'

const mib = 1024 * 1024
const operationTimeoutMs = 600_000

describe('a file of several parts', () => {
  it('is sent three parts at a time when the first have arrived, and is whole in whichever order they do', async () => {
    const store = await PartStore.start()
    const pending = store.createFile()
    const written = write(pending, 31 * mib).then(() => pending.end())
    await expect.poll(() => store.waiting, patiently).toEqual(['1'])
    store.answer('1')
    await expect.poll(() => store.waiting, patiently).toEqual(['2', '3'])
    store.answer('3')
    await expect.poll(() => store.waiting, patiently).toEqual(['2', '4', '5'])
    store.answer('4')
    await expect.poll(() => store.waiting, patiently).toEqual(['2', '5', '6'])
    store.answer('6')
    await expect.poll(() => store.waiting, patiently).toEqual(['2', '5', '7'])
    for (const number of ['7', '2', '5']) store.answer(number)
    await written
    expect(store.completed).toEqual(['1', '2', '3', '4', '5', '6', '7'])
  })

  it('R-06 is sent one part at a time while they arrive slowly, so that each arrives in its time', async () => {
    const now = performance.now.bind(performance)
    let passedMs = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now() + passedMs)
    onTestFinished(() => void vi.restoreAllMocks())
    const store = await PartStore.start()
    const pending = store.createFile()
    const written = write(pending, 26 * mib).then(() => pending.end())
    await expect.poll(() => store.waiting, patiently).toEqual(['1'])
    store.answer('1')
    await expect.poll(() => store.waiting, patiently).toEqual(['2', '3'])
    passedMs += operationTimeoutMs / 4
    store.answer('2')
    store.answer('3')
    for (const number of ['4', '5', '6']) {
      await expect.poll(() => store.waiting, patiently).toEqual([number])
      passedMs += operationTimeoutMs / 4
      store.answer(number)
    }
    await written
    expect(store.mostWaiting).toBe(2)
  })

  it('R-06 fails with the part that fails first, and sends no more', async () => {
    const store = await PartStore.start()
    const failed = write(store.createFile(), 40 * mib).catch((error: unknown) => error)
    await expect.poll(() => store.waiting, patiently).toEqual(['1'])
    store.answer('1')
    await expect.poll(() => store.waiting, patiently).toEqual(['2', '3'])
    store.answer('2')
    await expect.poll(() => store.waiting, patiently).toEqual(['3', '4', '5'])
    store.refuse('4')
    expect(await failed).toMatchObject({
      code: 'storage-full',
      message: 'Writing the file a failed: QuotaExceeded',
    })
    expect(store.waiting).toEqual(['3', '5'])
  })
})

/** A store whose parts wait until they are answered by their numbers. */
class PartStore {
  readonly #server: StoreServer
  readonly #waiting = new Map<string, ServerResponse>()
  /** The numbers of the parts that the object was made of. */
  completed: string[] = []
  /** How many have waited at once. */
  mostWaiting = 0

  private constructor(server: StoreServer) {
    this.#server = server
  }

  static async start(): Promise<PartStore> {
    const server = await StoreServer.start()
    const store = new PartStore(server)
    server.behave = (request, response) => void store.#take(request, response)
    return store
  }

  createFile(): PendingFile {
    return this.#server.storage({ operationTimeoutMs }).createUpload().createFile('a')
  }

  /** The numbers of the parts that have come and are not answered. */
  get waiting(): readonly string[] {
    return [...this.#waiting.keys()].toSorted()
  }

  answer(number: string): void {
    this.#waitingFor(number).end()
  }

  refuse(number: string): void {
    this.#waitingFor(number).writeHead(403).end('<Error><Code>QuotaExceeded</Code></Error>')
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    const number = new URL(request.url ?? '', 'http://a').searchParams.get('partNumber')
    if (number !== null) {
      this.#waiting.set(number, response)
      this.mostWaiting = Math.max(this.mostWaiting, this.#waiting.size)
    } else if (request.url?.includes('uploads') === true) {
      response.end(multipartBegun)
    } else if (request.method === 'HEAD') {
      response.end()
    } else {
      this.completed = [...body.matchAll(/<PartNumber>(\d+)</g)].map(([, found = '']) => found)
      response.end('<CompleteMultipartUploadResult/>')
    }
  }

  #waitingFor(number: string): ServerResponse {
    const response = this.#waiting.get(number)
    if (response === undefined) throw new Error(`part ${number} does not wait`)
    this.#waiting.delete(number)
    return response
  }
}

async function write(pending: PendingFile, sizeBytes: number): Promise<void> {
  for (let sent = 0; sent < sizeBytes; sent += mib) await pending.write([Buffer.alloc(mib)])
}
