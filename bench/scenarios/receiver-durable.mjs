// @ts-check
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { ratio } from '../lib/goals.mjs'
import { runMeasured } from '../lib/processes.mjs'
import { curlUpload, withReceiver } from '../lib/receiver-process.mjs'
import { metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

const gibibyte = 1024 ** 3
const ours = 'createServer, fsync and sha256'
const oursUnsafe = 'createServer, no fsync'
const dd = 'dd conv=fsync'
const { wall, cpu, peak } = metrics

/** @type {import('../lib/scenario.mjs').Scenario} */
export const receiverDurable = {
  name: 'receiver-durable',
  title: 'Receiver: a file of 1 GiB, flushed to the disk',
  note: 'As it comes, with fsync and sha256, beside dd, which copies the same bytes from the system’s cache to the same disk and flushes them.',
  metrics: [wall, cpu, peak],
  contestants: [
    { name: ours, role: 'ours', run: (bench) => receive(bench, {}) },
    { name: oursUnsafe, role: 'ours', run: (bench) => receive(bench, { durability: 'none' }) },
    { name: dd, role: 'limit', run: copy },
  ],
  goals: [ratio(wall, { of: ours, versus: { worst: [dd, oursUnsafe] }, most: 1.15 })],
}

/**
 * @param {Workbench} bench
 * @param {object} options
 */
async function receive(bench, options) {
  const file = await bench.file(bench.scale(gibibyte))
  const { result, ...usage } = await withReceiver(bench, { program: 'wx-upload', options }, (url) =>
    curlUpload(bench, { url, file }),
  )
  return { wallSeconds: result.wallSeconds, ...usage }
}

/** @param {Workbench} bench */
async function copy(bench) {
  const file = await bench.file(bench.scale(gibibyte))
  const folder = await bench.newFolder()
  const target = `of=${path.join(folder, 'copy')}`
  const options = ['bs=1M', 'conv=fsync', 'status=none']
  const { output: _, ...sample } = await runMeasured(bench, [
    'dd',
    `if=${file}`,
    target,
    ...options,
  ])
  await rm(folder, { recursive: true })
  return sample
}
