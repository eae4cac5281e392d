import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { patiently } from '../../receiver.fixture.ts'
import type { PendingFile } from '../storage.ts'
import { StoreServer } from './store-server.fixture.ts'

const mib = 1024 * 1024

describe('a file of several parts', () => {
  it('is sent three parts at a time, and is whole in whichever order they arrive', async () => {
    const store = await PartStore.start()
    const pending = store.createFile()
    const written = write(pending, 21 * mib).then(() => pending.end())
    await expect.poll(() => store.waiting, patiently).toEqual(['1', '2', '3'])
    store.answer('2')
    await expect.poll(() => store.waiting, patiently).toEqual(['1', '3', '4'])
    store.answer('3')
    await expect.poll(() => store.waiting, patiently).toEqual(['1', '4', '5'])
    for (const number of ['5', '1', '4']) store.answer(number)
    await written
    expect(store.completed).toEqual(['1', '2', '3', '4', '5'])
  })

  it('R-06 fails with the part that fails first, and sends no more', async () => {
    const store = await PartStore.start()
    const failed = write(store.createFile(), 40 * mib).catch((error: unknown) => error)
    await expect.poll(() => store.waiting, patiently).toEqual(['1', '2', '3'])
    store.refuse('2')
    expect(await failed).toMatchObject({
      code: 'storage-full',
      message: 'Writing the file a failed: QuotaExceeded',
    })
    expect(store.waiting).toEqual(['1', '3'])
  })
})

/** A store whose parts wait until they are answered by their numbers. */
class PartStore {
  readonly #server: StoreServer
  readonly #waiting = new Map<string, ServerResponse>()
  /** The numbers of the parts that the object was made of. */
  completed: string[] = []

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
    return this.#server.storage({ operationTimeoutMs: 600_000 }).createUpload().createFile('a')
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
    } else if (request.url?.includes('uploads') === true) {
      response.end(
        '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      )
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
