// @ts-check
import { freemem } from 'node:os'
import { ratio } from '../lib/goals.mjs'
import { discardUrl } from '../lib/discard-server.mjs'
import { nodeProgram, runMeasured } from '../lib/processes.mjs'
import { curlUpload, sendUploads, withReceiver } from '../lib/receiver-process.mjs'
import { formatNumber, metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/scenario.mjs').Contestant} Contestant */
/** @typedef {import('../lib/scenario.mjs').Metric} Metric */
/** @typedef {import('../lib/scenario.mjs').Scenario} Scenario */
/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

const mebibyte = 1024 ** 2
const gibibyte = 1024 ** 3
// The fixed cost of an upload is spread over as much as that of others.
const leastBytes = 256 * mebibyte
// More than the largest file and its copy take.
const mostCacheBytes = 32 * gibibyte
const receiver = { program: 'wx-upload', options: { durability: 'none' } }
const { rate, peak } = metrics

const sizes = /** @type {const} */ ([
  ['1 MiB', mebibyte],
  ['16 MiB', 16 * mebibyte],
  ['256 MiB', 256 * mebibyte],
  ['1 GiB', gibibyte],
  ['8 GiB', 8 * gibibyte],
])

const sizesInBytes = sizes.map(([, sizeBytes]) => sizeBytes)
const fieldCounts = [1, 10, 100, 1000, 10_000]
const connectionCounts = [1, 10, 100, 1000]

/** @type {Metric} */
const perMebibyte = {
  name: 'cpuSecondsPerMebibyte',
  title: 'CPU ms/MiB',
  better: 'less',
  format: (seconds) => formatNumber(seconds * 1000),
}

/** @type {Metric} */
const perPart = {
  name: 'cpuSecondsPerPart',
  title: 'CPU µs/field',
  better: 'less',
  format: (seconds) => formatNumber(seconds * 1e6),
}

/** @type {Metric} */
const perUpload = {
  name: 'cpuSecondsPerUpload',
  title: 'CPU ms/upload',
  better: 'less',
  format: (seconds) => formatNumber(seconds * 1000),
}

/** @type {Scenario} */
const clientSizes = {
  name: 'curve-client-sizes',
  title: 'Client: from 1 MiB to 8 GiB',
  note: 'To a server that keeps nothing; small files many times in one process.',
  metrics: [perMebibyte, peak],
  contestants: sizes.map(([name, sizeBytes]) => ({
    name,
    role: 'ours',
    run: (bench) => sendSize(bench, bench.scale(sizeBytes)),
  })),
  goals: [ratio(perMebibyte, { of: '8 GiB', versus: '256 MiB', most: 1.25 })],
  runs: 3,
  curve: {
    title: 'Client: CPU ms/MiB by file size',
    metric: perMebibyte.name,
    at: sizesInBytes,
  },
}

/** @type {Scenario} */
const receiverSizes = {
  name: 'curve-receiver-sizes',
  title: 'Receiver: from 1 MiB to 8 GiB',
  note: 'From curl -F, with sha256 and without fsync; small files many times. Before those of 8 GiB the system’s cache is filled, so that it makes room in that: memory that is free is taken from a virtual machine, which then has to ask for it page by page.',
  metrics: [perMebibyte, peak],
  contestants: sizes.map(([name, sizeBytes]) => ({
    name,
    role: 'ours',
    run: (bench) => receiveSize(bench, bench.scale(sizeBytes)),
  })),
  goals: [ratio(perMebibyte, { of: '8 GiB', versus: '256 MiB', most: 1.25 })],
  runs: 3,
  curve: {
    title: 'Receiver: CPU ms/MiB by file size',
    metric: perMebibyte.name,
    at: sizesInBytes,
  },
}

/** @type {Scenario} */
const receiverParts = {
  name: 'curve-receiver-parts',
  title: 'Receiver: from 1 to 10,000 fields',
  note: 'Beside a file of 4 KiB; by wx.uploadFile.',
  metrics: [perUpload, perPart, peak],
  contestants: fieldCounts.map((fields) => ({
    name: fields.toLocaleString('en'),
    role: 'ours',
    run: (bench) => receiveFields(bench, fields),
  })),
  goals: [ratio(perPart, { of: '10,000', versus: '1,000', most: 1.25 })],
  runs: 3,
  curve: {
    title: 'Receiver: CPU µs/field by fields',
    metric: perPart.name,
    at: fieldCounts,
  },
}

/** @type {Scenario} */
const receiverConnections = {
  name: 'curve-receiver-connections',
  title: 'Receiver: from 1 to 1,000 connections',
  note: 'Files of 64 KiB, 2,000 in all.',
  metrics: [rate, perUpload, peak],
  contestants: connectionCounts.map((atOnce) => ({
    name: atOnce.toLocaleString('en'),
    role: 'ours',
    run: (bench) => receiveAtOnce(bench, bench.scale(atOnce)),
  })),
  goals: [ratio(perUpload, { of: '1,000', versus: '10', most: 1.25 })],
  runs: 3,
  curve: {
    title: 'Receiver: CPU ms/upload by connections',
    metric: perUpload.name,
    at: connectionCounts,
  },
}

/** How the cost grows. */
export const curves = [clientSizes, receiverSizes, receiverParts, receiverConnections]

/**
 * @param {Workbench} bench
 * @param {number} sizeBytes
 */
async function sendSize(bench, sizeBytes) {
  const count = timesOf(bench, sizeBytes)
  const file = await bench.hollowFile(sizeBytes)
  const job = { url: await discardUrl(bench), file, count, warmUps: Math.min(count, 8) - 1 }
  const command = nodeProgram('run-client', 'wx-upload-file', JSON.stringify(job))
  const { output, peakBytes } = await runMeasured(bench, command)
  const { cpuSeconds } = JSON.parse(output)
  return { cpuSecondsPerMebibyte: cpuSeconds / ((count * sizeBytes) / mebibyte), peakBytes }
}

/**
 * @param {Workbench} bench
 * @param {number} sizeBytes
 */
async function receiveSize(bench, sizeBytes) {
  const count = timesOf(bench, sizeBytes)
  const file = await bench.hollowFile(sizeBytes)
  if (sizeBytes > gibibyte) await fillCache(bench)
  const { cpuSeconds, peakBytes } = await withReceiver(bench, receiver, async (url) => {
    for (let times = 0; times < count; times += 1) await curlUpload(bench, { url, file })
  })
  return { cpuSecondsPerMebibyte: cpuSeconds / ((count * sizeBytes) / mebibyte), peakBytes }
}

/**
 * Fills the system's cache of files with nothing, which it drops where it needs the memory.
 *
 * @param {Workbench} bench
 */
async function fillCache(bench) {
  const file = await bench.once('all memory', () =>
    bench.hollowFile(Math.min(freemem(), bench.scale(mostCacheBytes))),
  )
  await runMeasured(bench, ['dd', `if=${file}`, 'of=/dev/null', 'bs=1M', 'status=none'])
}

/**
 * @param {Workbench} bench
 * @param {number} fields
 */
async function receiveFields(bench, fields) {
  const count = bench.scale(Math.ceil(50_000 / (fields + 50)))
  const file = await bench.file(4096)
  const { cpuSeconds, peakBytes } = await withReceiver(bench, receiver, async (url) => {
    const job = { url, file, fields, count, warmUps: 0 }
    await runMeasured(bench, nodeProgram('run-client', 'wx-upload-file', JSON.stringify(job)))
  })
  const cpuSecondsPerUpload = cpuSeconds / count
  return { cpuSecondsPerUpload, cpuSecondsPerPart: cpuSecondsPerUpload / fields, peakBytes }
}

/**
 * @param {Workbench} bench
 * @param {number} atOnce
 */
async function receiveAtOnce(bench, atOnce) {
  const count = bench.scale(2000)
  const { result, cpuSeconds, peakBytes } = await withReceiver(bench, receiver, (url) =>
    sendUploads(bench, url, { count, atOnce, sizeBytes: 64 * 1024 }),
  )
  if (result.failed > 0) throw new Error(`${result.failed} of ${count} uploads failed`)
  return { perSecond: result.perSecond, cpuSecondsPerUpload: cpuSeconds / count, peakBytes }
}

/**
 * @param {Workbench} bench
 * @param {number} sizeBytes
 */
function timesOf(bench, sizeBytes) {
  return Math.max(1, Math.ceil(bench.scale(leastBytes) / sizeBytes))
}
