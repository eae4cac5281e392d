// @ts-check
import { randomBytes } from 'node:crypto'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const chunkBytes = 64 * kibibyte
const boundary = '----wx-upload-bench-5f0e3a9d7c1b'

/**
 * A body to parse, and what is in it.
 *
 * @typedef {object} Payload
 * @property {string} boundary
 * @property {string} contentType
 * @property {readonly Buffer[]} chunks as they come from a socket.
 * @property {number} sizeBytes of all chunks.
 * @property {number} parts
 * @property {number} contentBytes of all parts.
 */

/** @typedef {{ head: string, content: Uint8Array }} Part */

/** @type {Readonly<Record<string, (scale: (amount: number) => number) => Payload>>} */
export const payloads = {
  'large file': (scale) => encode([file(repeat(randomBytes(mebibyte), scale(256 * mebibyte)))]),
  'tiny fields': (scale) =>
    encode(Array.from({ length: scale(10_000) }, (_, index) => field(`field-${index}`, index))),
  'small files': (scale) =>
    encode(Array.from({ length: scale(1000) }, () => file(randomBytes(4 * kibibyte)))),
  'CSV text': (scale) => encode([file(repeat(csv(), scale(64 * mebibyte)))]),
  'near-boundaries': (scale) => encode([file(repeat(nearBoundaries(), scale(64 * mebibyte)))]),
  'line breaks': (scale) => encode([file(repeat(Buffer.from('\r\n'), scale(64 * mebibyte)))]),
  'carriage returns': (scale) => encode([file(repeat(Buffer.from('\r'), scale(64 * mebibyte)))]),
  hyphens: (scale) => encode([file(repeat(Buffer.from('\r\n--'), scale(64 * mebibyte)))]),
  zeros: (scale) => encode([file(Buffer.alloc(scale(64 * mebibyte)))]),
}

/**
 * @param {string} name
 * @param {number} value
 * @returns {Part}
 */
function field(name, value) {
  return {
    head: `Content-Disposition: form-data; name="${name}"`,
    content: Buffer.from(`value ${value}`),
  }
}

/**
 * @param {Uint8Array} content
 * @returns {Part}
 */
function file(content) {
  return {
    head: 'Content-Disposition: form-data; name="file"; filename="photo.jpg"\r\nContent-Type: image/jpeg',
    content,
  }
}

function csv() {
  const lines = Array.from(
    { length: 1000 },
    (_, index) => `${index},"Name ${index}",2026-11-${(index % 30) + 1},${index * 17}.50,-\r\n`,
  )
  return Buffer.from(lines.join(''))
}

/** Each of them is the delimiter up to some byte, and then another. */
function nearBoundaries() {
  const delimiter = `\r\n--${boundary}`
  const pieces = Array.from(
    { length: delimiter.length - 1 },
    (_, index) => `${delimiter.slice(0, index + 1)}#`,
  )
  return Buffer.from(pieces.join(''))
}

/**
 * @param {Uint8Array} block
 * @param {number} sizeBytes
 */
function repeat(block, sizeBytes) {
  return Buffer.alloc(sizeBytes, block)
}

/**
 * @param {readonly Part[]} parts
 * @returns {Payload}
 */
function encode(parts) {
  const pieces = parts.flatMap(({ head, content }) => [
    Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ])
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
  return {
    boundary,
    contentType: `multipart/form-data; boundary=${boundary}`,
    chunks: Array.from({ length: Math.ceil(body.length / chunkBytes) }, (_, index) =>
      body.subarray(index * chunkBytes, (index + 1) * chunkBytes),
    ),
    sizeBytes: body.length,
    parts: parts.length,
    contentBytes: parts.reduce((sum, { content }) => sum + content.length, 0),
  }
}
