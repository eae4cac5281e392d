// @ts-check
import { randomBytes } from 'node:crypto'

const boundary = 'wx-upload-load'

/**
 * A whole request that uploads one file of random bytes, as it goes over the wire; the connection is kept.
 *
 * @param {{ host: string, sizeBytes: number }} options
 */
export function createUploadRequest({ host, sizeBytes }) {
  const begin = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`
  const end = `\r\n--${boundary}--\r\n`
  const head = `POST /upload HTTP/1.1\r\nHost: ${host}\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: ${begin.length + sizeBytes + end.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head + begin), randomBytes(sizeBytes), Buffer.from(end)])
}
