import { finished, pipeline } from 'node:stream/promises'
import { type Readable, Writable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { networkError, UploadError } from '../errors.ts'
import { type Answer, fieldOf } from './exchange.ts'
import { isConnectionLost, toNetworkError } from './net-errors.ts'

/**
 * The body of a response as the API hands it out: whole, decoded, a string. [U-20]
 *
 * @throws {UploadError} `response-too-large`, or `network` where it was cut short or cannot be decoded [U-21]
 */
export async function readResponse(answer: Answer, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  const collect = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length
      chunks.push(chunk)
      done(
        size > maxBytes ? new UploadError('response-too-large', { detail: `${maxBytes}` }) : null,
      )
    },
  })
  const decoder = createDecoder(fieldOf(answer, 'content-encoding') ?? '')
  let isEmpty = true
  answer.body.once('data', () => (isEmpty = false))
  try {
    await (decoder ? pipeline(answer.body, decoder, collect) : pipeline(answer.body, collect))
  } catch (error) {
    // Nothing is an empty text in every encoding, though no decoder takes it so.
    if (!(isEmpty && isDecodingError(error))) throw toUploadError(error, answer)
  }
  // One byte order mark goes; what is no UTF-8 becomes U+FFFD.
  return new TextDecoder().decode(Buffer.concat(chunks, size))
}

/** What is worth reading of a body that nobody wants, so that its connection can be used again. */
const skippedBytes = 64 * 1024
const skippedMs = 500

/** Reads over a body that nobody wants; resolves at its end, or when it is too long, too slow or broken. */
export async function skipResponse(body: Readable): Promise<void> {
  let size = 0
  body.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > skippedBytes) body.destroy()
  })
  const timer = setTimeout(() => body.destroy(), skippedMs)
  await finished(body).catch(() => undefined)
  clearTimeout(timer)
}

function createDecoder(
  contentEncoding: string,
): ReturnType<typeof createGunzip | typeof createBrotliDecompress> | undefined {
  switch (contentEncoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      return undefined
  }
}

function toUploadError(error: unknown, answer: Answer): UploadError {
  if (isDecodingError(error)) return networkError('-330:net::ERR_CONTENT_DECODING_FAILED', error)
  if (!isConnectionLost(error)) return toNetworkError(error)
  if (fieldOf(answer, 'transfer-encoding') !== undefined) {
    return networkError('-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING', error)
  }
  if (fieldOf(answer, 'content-length') !== undefined) {
    return networkError('-354:net::ERR_CONTENT_LENGTH_MISMATCH', error)
  }
  return networkError('-101:net::ERR_CONNECTION_RESET', error)
}

/** zlib's codes begin with `Z_`, those of brotli with `ERR__ERROR_` or `ERR_BROTLI_`. */
function isDecodingError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    /^(?:Z_|ERR__ERROR_|ERR_BROTLI_)/.test(String(error.code))
  )
}
