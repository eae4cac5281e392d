// @ts-check
import { hasGo } from '../lib/compiled-programs.mjs'
import { bound, ratio } from '../lib/goals.mjs'
import { curlUpload, withReceiver } from '../lib/receiver-process.mjs'
import { metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/scenario.mjs').Contestant} Contestant */
/** @typedef {import('../lib/receiver-process.mjs').ReceiverKind} ReceiverKind */

const slowRuns = 3
const gibibyte = 1024 ** 3
const mebibyte = 1024 ** 2
const ours = 'createServer'
const oursWithSum = 'createServer, sha256'
const limit = 'unparsed, gathered writes'
const tuned = 'busboy, 1 MiB marks'
const { wall, cpu, peak } = metrics

/** @type {readonly Contestant[]} */
const contestants = [
  receiver(ours, 'ours', { program: 'wx-upload', options: unsafe('none') }),
  receiver(oursWithSum, 'ours', { program: 'wx-upload', options: unsafe('sha256') }),
  receiver(limit, 'limit', { program: 'unparsed' }),
  receiver(tuned, 'peer', { program: 'busboy', options: { highWaterMark: mebibyte } }),
  receiver('busboy', 'peer', { program: 'busboy' }),
  receiver('multipasta', 'peer', { program: 'multipasta' }),
  {
    ...receiver('Go net/http', 'peer', 'go'),
    isPossible: hasGo,
    // Compiling it takes longer than all the rest.
    notWhenQuick: true,
  },
  { ...receiver('multer', 'peer', { program: 'multer' }), runs: slowRuns },
  { ...receiver('formidable', 'peer', { program: 'formidable' }), runs: slowRuns },
  { ...receiver('@fastify/multipart', 'peer', { program: 'fastify-multipart' }), runs: slowRuns },
]

/** @type {import('../lib/scenario.mjs').Scenario} */
export const receiverLarge = {
  name: 'receiver-large',
  title: 'Receiver: a file of 1 GiB into a file',
  note: 'From curl -F over loopback: wall is all that curl takes, CPU what the server used meanwhile, memory its most since it began. No server flushes to the disk; ours has durability none.',
  metrics: [wall, cpu, peak],
  contestants,
  goals: [
    ...[wall, cpu].flatMap((metric) => [
      ratio(metric, { of: ours, versus: 'busboy', most: 0.5 }),
      ratio(metric, { of: ours, versus: tuned, most: 0.85 }),
      ratio(metric, { of: ours, versus: 'Go net/http', most: 0.5 }),
      ratio(metric, { of: ours, versus: limit, most: 1.25 }),
    ]),
    bound(peak, { of: ours, most: 100_000_000 }),
    ratio(wall, { of: oursWithSum, versus: tuned, most: 1 }),
  ],
  chart: {
    title: 'Receiving a file of 1 GiB into a file, seconds',
    metric: wall.name,
    contestants: [
      ours,
      tuned,
      'busboy',
      'Go net/http',
      'multer',
      'formidable',
      '@fastify/multipart',
    ],
  },
}

/** @param {'sha256' | 'none'} checksum */
function unsafe(checksum) {
  return { durability: 'none', checksum }
}

/**
 * @param {string} name
 * @param {Contestant['role']} role
 * @param {ReceiverKind} kind
 * @returns {Contestant}
 */
function receiver(name, role, kind) {
  return {
    name,
    role,
    async run(bench) {
      const file = await bench.file(bench.scale(gibibyte))
      const { result, ...usage } = await withReceiver(bench, kind, (url) =>
        curlUpload(bench, { url, file }),
      )
      return { wallSeconds: result.wallSeconds, ...usage }
    },
  }
}
