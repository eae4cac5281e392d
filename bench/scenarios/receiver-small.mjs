// @ts-check
import { hasGo } from '../lib/compiled-programs.mjs'
import { bound, ratio } from '../lib/goals.mjs'
import { sendUploads, withReceiver } from '../lib/receiver-process.mjs'
import { formatNumber, metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/scenario.mjs').Contestant} Contestant */
/** @typedef {import('../lib/receiver-process.mjs').ReceiverKind} ReceiverKind */
/** @typedef {Omit<Contestant, 'run'> & { kind: ReceiverKind }} Server */
/** @typedef {{ count: number, atOnce: number, sizeBytes: number, warmUps?: number }} Load */

const mebibyte = 1024 ** 2
const ours = 'createServer'
const oursMounted = 'createReceiver'
const unsafe = { durability: 'none', checksum: 'none' }
const { rate, cpu, peak } = metrics

/** @type {import('../lib/scenario.mjs').Metric} */
const tail = {
  name: 'p99Seconds',
  title: 'p99 ms',
  better: 'less',
  format: (seconds) => formatNumber(seconds * 1000),
}

/** @type {import('../lib/scenario.mjs').Metric} */
const failures = { name: 'failed', title: 'failed', better: 'less', format: String }

/** @type {Load} */
const small = { count: 2000, atOnce: 10, sizeBytes: 4096 }
const warmUps = 2 * small.count

/** @type {readonly Server[]} */
const besideBusboy = [
  { name: ours, role: 'ours', kind: { program: 'wx-upload', options: unsafe } },
  { name: oursMounted, role: 'ours', kind: { program: 'wx-upload-handler', options: unsafe } },
  { name: 'busboy', role: 'peer', kind: { program: 'busboy' } },
]

const smallFiles = {
  metrics: [rate, tail, cpu, peak],
  goals: [
    ratio(rate, { of: ours, versus: 'busboy', least: 1 }),
    ratio(rate, { of: oursMounted, versus: 'busboy', least: 1 }),
  ],
}

/** @type {import('../lib/scenario.mjs').Scenario} */
export const receiverSmall = {
  ...smallFiles,
  name: 'receiver-small',
  title: 'Receiver: files of 4 KiB, ten at once',
  note: `${small.count} uploads on connections that are kept, after ${warmUps} of which nothing is counted. No server flushes to the disk; ours writes a record beside each file and makes both visible in one step.`,
  contestants: /** @type {readonly Server[]} */ ([
    ...besideBusboy,
    { name: 'unparsed', role: 'limit', kind: { program: 'unparsed' } },
    { name: 'multer', role: 'peer', kind: { program: 'multer' }, runs: 3 },
    {
      name: 'Go net/http',
      role: 'peer',
      kind: 'go',
      isPossible: hasGo,
      notWhenQuick: true,
      runs: 3,
    },
  ]).map((server) => receiver(server, { ...small, warmUps })),
}

/** @type {import('../lib/scenario.mjs').Scenario} */
export const receiverSmallNew = {
  ...smallFiles,
  name: 'receiver-small-new',
  title: 'Receiver: its first files of 4 KiB, ten at once',
  note: `As above, but the first ${small.count} uploads to a server that has just been started: Node.js compiles most of its code meanwhile.`,
  contestants: besideBusboy.map((server) => receiver(server, small)),
}

/** @type {Load} */
const many = { count: 1000, atOnce: 1000, sizeBytes: mebibyte }

/** @type {import('../lib/scenario.mjs').Scenario} */
export const receiverAtOnce = {
  name: 'receiver-at-once',
  title: 'Receiver: 1,000 files of 1 MiB at once',
  note: 'Each on a connection of its own. No server flushes to the disk.',
  metrics: [rate, tail, failures, cpu, peak],
  contestants: [
    receiver({ name: ours, role: 'ours', kind: { program: 'wx-upload', options: unsafe } }, many),
    receiver({ name: 'busboy', role: 'peer', kind: { program: 'busboy' } }, many),
  ],
  goals: [
    bound(failures, { of: ours, most: 0 }),
    bound(peak, { of: ours, most: 300_000_000 }),
    ratio(tail, { of: ours, versus: 'busboy', most: 1 }),
  ],
}

/**
 * @param {Server} server
 * @param {Load} load
 * @returns {Contestant}
 */
function receiver({ kind, ...named }, load) {
  return {
    ...named,
    async run(bench) {
      const send = (/** @type {string} */ url, /** @type {number} */ count) =>
        sendUploads(bench, url, { ...load, count: bench.scale(count) })
      const { result, ...usage } = await withReceiver(bench, kind, async (url, countFromHere) => {
        if (load.warmUps !== undefined) await send(url, load.warmUps)
        countFromHere()
        return send(url, load.count)
      })
      return { ...result, ...usage }
    },
  }
}
