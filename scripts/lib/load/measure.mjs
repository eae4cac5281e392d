// @ts-check
import { GeneratorProcess, runGenerator } from './generator-process.mjs'
import { median, percentile } from './percentile.mjs'

const warmUpBytes = 100_000_000

/** @typedef {import('./loaded-receiver.mjs').LoadedReceiver} LoadedReceiver */

/**
 * What was measured under one load.
 *
 * @typedef {object} Row
 * @property {number} sizeBytes
 * @property {number} atOnce
 * @property {number} idle connections beside.
 * @property {number} uploads that were stored.
 * @property {number} uploadsPerSecond
 * @property {number} bytesPerSecond
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} cpuSeconds of the receiver.
 * @property {number} cpuMsPerUpload
 * @property {number} restBytes of memory, before the load.
 * @property {number} peakBytes of memory.
 * @property {number | undefined} loopDelayMs
 * @property {number | undefined} storeRequests for each upload.
 * @property {number} failed
 */

/**
 * A load to measure.
 *
 * @typedef {object} Load
 * @property {'uploads' | 'slow'} kind
 * @property {number} sizeBytes
 * @property {number} atOnce
 * @property {number} seconds
 * @property {boolean} withKeys
 * @property {number} maxBytes that may be stored.
 * @property {() => Promise<number | undefined>} countStoreRequests
 */

/**
 * Measures a receiver under a load.
 *
 * @param {LoadedReceiver} receiver
 * @param {Load} load
 * @returns {Promise<Row>}
 */
export async function measure(receiver, { countStoreRequests, ...load }) {
  const { kind, sizeBytes, atOnce, seconds, maxBytes, withKeys } = load
  const job = {
    kind,
    url: receiver.url,
    connections: atOnce,
    sizeBytes,
    durationMs: seconds * 1000,
    withKeys,
    maxUploads: Math.max(atOnce, Math.floor(maxBytes / sizeBytes)),
  }
  // The first ones compile the program.
  await runGenerator({
    ...job,
    kind: 'uploads',
    connections: Math.min(atOnce, 10),
    durationMs: 2000,
    maxUploads: Math.min(1000, Math.ceil(warmUpBytes / sizeBytes)),
  })
  const before = receiver.usage
  const requestsBefore = await countStoreRequests()
  await receiver.readLoopDelayMs()
  const { latenciesMs, failures, elapsedMs } = await runGenerator(job)
  const loopDelayMs = await receiver.readLoopDelayMs()
  const requests = await countStoreRequests()
  const after = receiver.usage
  const uploads = latenciesMs.length
  const cpuSeconds = after.cpuSeconds - before.cpuSeconds
  return {
    sizeBytes,
    atOnce,
    idle: 0,
    uploads,
    uploadsPerSecond: (uploads / elapsedMs) * 1000,
    bytesPerSecond: ((uploads * sizeBytes) / elapsedMs) * 1000,
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
    cpuSeconds,
    cpuMsPerUpload: (cpuSeconds * 1000) / uploads,
    restBytes: before.residentBytes,
    peakBytes: after.peakBytes,
    loopDelayMs,
    storeRequests:
      requests === undefined || requestsBefore === undefined
        ? undefined
        : (requests - requestsBefore) / uploads,
    failed: Object.values(failures).reduce((sum, count) => sum + count, 0),
  }
}

/**
 * Does something while connections are open that do nothing; returns also how many of them were left.
 *
 * @template T
 * @param {LoadedReceiver} receiver
 * @param {number} count
 * @param {() => Promise<T>} action
 */
export async function besideIdleConnections(receiver, count, action) {
  const half = Math.ceil(count / 2)
  const generators = [half, count - half].map((connections) => {
    const job = { sizeBytes: 0, durationMs: 0, maxUploads: 0, withKeys: false }
    return new GeneratorProcess({ kind: 'idle', url: receiver.url, connections, ...job })
  })
  await Promise.all(generators.map(({ opened }) => opened))
  const value = await action()
  const results = await Promise.all(generators.map((generator) => generator.stop()))
  const left = results.reduce((sum, { openConnections }) => sum + openConnections, 0)
  return { value, left }
}

/**
 * The medians of several runs, each number by itself.
 *
 * @param {readonly Row[]} rows
 * @returns {Row}
 */
export function medianRow(rows) {
  const [first] = rows
  if (first === undefined) throw new RangeError('there is no run to take the median of')
  const names = /** @type {(keyof Row)[]} */ (Object.keys(first))
  const entries = names.map((name) => {
    const values = rows.flatMap((row) => row[name] ?? [])
    // One failure is one too many.
    const value = name === 'failed' ? Math.max(...values) : median(values)
    return [name, values.length === 0 ? undefined : value]
  })
  return Object.fromEntries(entries)
}
