// @ts-check

const kibibyte = 1024
const mebibyte = 1024 * kibibyte
const megabyte = 1_000_000

/** @typedef {import('./measure.mjs').Row} Row */

/** @type {readonly (readonly [title: string, format: (row: Row) => string | undefined])[]} */
const columns = [
  ['size', ({ sizeBytes }) => formatSize(sizeBytes)],
  ['at once', ({ atOnce }) => String(atOnce)],
  ['idle', ({ idle }) => (idle === 0 ? undefined : String(idle))],
  ['uploads/s', ({ uploadsPerSecond }) => round(uploadsPerSecond)],
  ['MB/s', ({ bytesPerSecond }) => round(bytesPerSecond / megabyte)],
  ['p50 ms', ({ p50Ms }) => round(p50Ms)],
  ['p99 ms', ({ p99Ms }) => round(p99Ms)],
  ['CPU ms/upload', ({ cpuMsPerUpload }) => round(cpuMsPerUpload)],
  ['CPU s', ({ cpuSeconds }) => round(cpuSeconds)],
  ['rest MB', ({ restBytes }) => round(restBytes / megabyte)],
  ['peak MB', ({ peakBytes }) => round(peakBytes / megabyte)],
  ['loop p99 ms', ({ loopDelayMs }) => roundIfKnown(loopDelayMs)],
  ['S3 requests', ({ storeRequests }) => roundIfKnown(storeRequests)],
  ['uploads', ({ uploads }) => String(uploads)],
  ['failed', ({ failed }) => String(failed)],
]

/**
 * A table in Markdown, without the columns that no row has anything in.
 *
 * @param {readonly Row[]} rows
 */
export function formatTable(rows) {
  const shown = columns.filter(([, format]) => rows.some((row) => format(row) !== undefined))
  const lines = [
    shown.map(([title]) => title),
    shown.map(() => '---:'),
    ...rows.map((row) => shown.map(([, format]) => format(row) ?? '')),
  ]
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

/** @param {number} bytes */
function formatSize(bytes) {
  return bytes < mebibyte ? `${bytes / kibibyte} KiB` : `${bytes / mebibyte} MiB`
}

/**
 * As many digits as the noise leaves.
 *
 * @param {number} value
 */
function round(value) {
  return value < 100 ? String(Number(value.toPrecision(2))) : value.toFixed(0)
}

/** @param {number | undefined} value */
function roundIfKnown(value) {
  return value === undefined ? undefined : round(value)
}
