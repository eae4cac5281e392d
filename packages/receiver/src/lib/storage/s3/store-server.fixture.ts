import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listen } from '../../receiver.fixture.ts'
import type { Storage } from '../storage.ts'
import { createS3Storage, type S3StorageOptions } from './s3-storage.ts'

/** What a store does with a request. */
export type StoreBehaviour = (request: IncomingMessage, response: ServerResponse) => void

/** What a store answers to who begins a multipart upload. */
export const multipartBegun =
  '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>'

/** A store of faults: it does with requests what `behave` says at that time. */
export class StoreServer {
  behave: StoreBehaviour = refuse(500, 'InternalError')
  /** `PUT /bucket/key` of each request that came. */
  readonly requests: string[] = []
  #url = ''

  static async start(): Promise<StoreServer> {
    const store = new StoreServer()
    const take: StoreBehaviour = (request, response) => {
      store.requests.push(`${request.method} ${new URL(request.url ?? '', 'http://a').pathname}`)
      store.behave(request, response)
    }
    // It says 100 Continue to nobody.
    const server = createServer(take).on('checkContinue', take)
    store.#url = `http://127.0.0.1:${await listen(server)}`
    return store
  }

  storage(options: Partial<S3StorageOptions> = {}): Storage {
    return createS3Storage({
      endpoint: this.#url,
      bucket: 'bucket',
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      operationTimeoutMs: 300,
      ...options,
    })
  }
}

/** Takes the request and never answers. */
export function hang(request: IncomingMessage): void {
  request.resume()
}

/** Takes the request, all of it, and stores nothing. */
export function accept(request: IncomingMessage, response: ServerResponse): void {
  request.resume().on('end', () => response.end())
}

/** A refusal as stores word it. */
export function refuse(status: number, code: string): StoreBehaviour {
  return (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'Content-Type': 'application/xml' })
      response.end(`<Error><Code>${code}</Code><Message>secret of the store</Message></Error>`)
    })
  }
}

/** The same, before anything of the body is read; then it closes the connection. */
export function refuseUnread(status: number, code: string): StoreBehaviour {
  const body = `<Error><Code>${code}</Code></Error>`
  const answer = `HTTP/1.1 ${status} No\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  return ({ socket }) => {
    socket.pause()
    socket.end(answer, () => socket.destroy())
  }
}
