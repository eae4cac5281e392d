// @ts-check
import { hasGo } from '../lib/compiled-programs.mjs'
import { bound, ratio } from '../lib/goals.mjs'
import { nodeProgram, runMeasured } from '../lib/processes.mjs'
import { withReceiver } from '../lib/receiver-process.mjs'
import { formatNumber, metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/scenario.mjs').Contestant} Contestant */
/** @typedef {import('../lib/receiver-process.mjs').ReceiverKind} ReceiverKind */
/** @typedef {{ count: number, atOnce: number, sizeBytes: number }} Load */

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

/** @type {import('../lib/scenario.mjs').Scenario} */
export const receiverSmall = {
  name: 'receiver-small',
  title: 'Receiver: files of 4 KiB, ten at once',
  note: `${small.count} uploads on connections that are kept. No server flushes to the disk; ours writes a record beside each file and makes both visible in one step.`,
  metrics: [rate, tail, cpu, peak],
  contestants: [
    receiver({ name: ours, role: 'ours', kind: { program: 'wx-upload', options: unsafe } }, small),
    receiver(
      { name: oursMounted, role: 'ours', kind: { program: 'wx-upload-handler', options: unsafe } },
      small,
    ),
    receiver({ name: 'unparsed', role: 'limit', kind: { program: 'unparsed' } }, small),
    receiver({ name: 'busboy', role: 'peer', kind: { program: 'busboy' } }, small),
    receiver({ name: 'multer', role: 'peer', kind: { program: 'multer' } }, small),
    {
      ...receiver({ name: 'Go net/http', role: 'peer', kind: 'go' }, small),
      isPossible: hasGo,
      notWhenQuick: true,
    },
  ],
  goals: [
    ratio(rate, { of: ours, versus: 'busboy', least: 1 }),
    ratio(rate, { of: oursMounted, versus: 'busboy', least: 1 }),
  ],
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
 * @param {Pick<Contestant, 'name' | 'role'> & { kind: ReceiverKind }} server
 * @param {Load} load
 * @returns {Contestant}
 */
function receiver({ kind, ...named }, load) {
  return {
    ...named,
    async run(bench) {
      const { result, ...usage } = await withReceiver(bench, kind, async (url) => {
        const count = bench.scale(load.count)
        const numbers = [count, Math.min(count, load.atOnce), load.sizeBytes].map(String)
        const { output } = await runMeasured(bench, nodeProgram('send-uploads', url, ...numbers))
        return JSON.parse(output)
      })
      return { ...result, ...usage }
    },
  }
}
