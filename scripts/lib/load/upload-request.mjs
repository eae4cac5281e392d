// @ts-check
import { randomBytes, randomUUID } from 'node:crypto'

const boundary = 'wx-upload-load'

/** Requests that upload one file of random bytes each, as they go over the wire; the connection is kept. */
export class UploadRequests {
  #headLines
  #withKeys
  /** What is the same in each of them: the form. */
  body

  /** @param {{ host: string, sizeBytes: number, withKeys: boolean }} options */
  constructor({ host, sizeBytes, withKeys }) {
    const begin = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`
    const end = `\r\n--${boundary}--\r\n`
    this.body = Buffer.concat([Buffer.from(begin), randomBytes(sizeBytes), Buffer.from(end)])
    this.#headLines = [
      'POST /upload HTTP/1.1',
      `Host: ${host}`,
      `Content-Type: multipart/form-data; boundary=${boundary}`,
      `Content-Length: ${this.body.length}`,
    ]
    this.#withKeys = withKeys
  }

  /** The head of the next one. */
  nextHead() {
    const key = this.#withKeys ? [`Idempotency-Key: ${randomUUID()}`] : []
    return Buffer.from(`${[...this.#headLines, ...key].join('\r\n')}\r\n\r\n`)
  }
}
