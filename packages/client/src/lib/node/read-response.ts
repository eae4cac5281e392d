import type { Readable, Transform } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
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
  try {
    const decoder = createDecoder(fieldOf(answer, 'content-encoding') ?? '')
    const content = await (decoder
      ? decode(answer.body, decoder, maxBytes)
      : collect(answer.body, maxBytes))
    // One byte order mark goes; what is no UTF-8 becomes U+FFFD.
    return utf8.decode(content)
  } catch (error) {
    throw toUploadError(error, answer)
  }
}

const utf8 = new TextDecoder()

async function decode(body: Readable, decoder: Transform, maxBytes: number): Promise<Buffer> {
  let isEmpty = true
  body.once('data', () => (isEmpty = false))
  try {
    const [content] = await Promise.all([collect(decoder, maxBytes), pipeline(body, decoder)])
    return content
  } catch (error) {
    // Nothing is an empty text in every encoding, though no decoder takes it so.
    if (isEmpty && isDecodingError(error)) return Buffer.alloc(0)
    throw error
  }
}

/**
 * All that a stream gives. To have it flow into another that gathers it takes several times as long for a short text, and
 * `finished` has more listeners than the text has chunks.
 */
function collect(source: Readable, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    source.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > maxBytes) {
        source.destroy(new UploadError('response-too-large', { detail: `${maxBytes}` }))
      }
    })
    let isWhole = false
    // An end in good order is a close, too. Either may have come since the head did, with nobody to tell: an abort throws away
    // what has come, and that ends in good order.
    const onClose = (): void => {
      if (!isWhole) reject(source.errored ?? networkError('-2:net::ERR_FAILED'))
    }
    source.on('end', () => {
      isWhole = true
      resolve(Buffer.concat(chunks, size))
    })
    source.on('error', reject)
    source.on('close', onClose)
    if (source.closed) onClose()
  })
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
