// @ts-check
import { discardUrl } from '../lib/discard-server.mjs'
import { ratio } from '../lib/goals.mjs'
import { nodeProgram, runMeasured } from '../lib/processes.mjs'
import { formatNumber, metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/scenario.mjs').Contestant} Contestant */
/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

const sizeBytes = 4096
const count = 1000
const ours = 'wx.uploadFile'
const bare = 'node:http'
const { rate, cpu } = metrics

/** @type {import('../lib/scenario.mjs').Metric} */
const loop = {
  name: 'loopSeconds',
  title: 'loop p99 ms',
  better: 'less',
  format: (seconds) => formatNumber(seconds * 1000),
}

const libraries = [
  ['undici.request', 'undici'],
  ['got + form-data', 'got-form-data'],
  ['superagent', 'superagent'],
  ['fetch + openAsBlob', 'fetch'],
  ['axios', 'axios'],
]

export const clientSmall = createScenario({
  name: 'client-small',
  title: 'Client: files of 4 KiB, one after the other',
  atOnce: 1,
  least: 2,
})

export const clientSmallAtOnce = createScenario({
  name: 'client-small-at-once',
  title: 'Client: files of 4 KiB, ten at once',
  atOnce: 10,
  least: 1.8,
})

/**
 * @param {{ name: string, title: string, atOnce: number, least: number }} scenario
 * @returns {import('../lib/scenario.mjs').Scenario}
 */
function createScenario({ name, title, atOnce, least }) {
  /** @type {(name: string, program: string, role: Contestant['role']) => Contestant} */
  const client = (name, program, role) => ({
    name,
    role,
    run: (bench) => uploadMany(bench, program, atOnce),
  })
  return {
    name,
    title,
    note: `${count} uploads in one process, after ${count / 4} of which nothing is counted. The event loop's delay is the 99th percentile of the time between two turns of a timer of 1 ms.`,
    metrics: [rate, cpu, loop],
    contestants: [
      client(ours, 'wx-upload-file', 'ours'),
      client(bare, 'bare-http', 'limit'),
      { name: 'curl -F', role: 'peer', run: (bench) => uploadByCurl(bench, atOnce) },
      ...libraries.map(([name = '', program = '']) => client(name, program, 'peer')),
    ],
    goals: [
      ratio(rate, { of: ours, versus: { best: libraries.map(([name = '']) => name) }, least }),
      ratio(loop, { of: ours, versus: bare, most: 1.5 }),
    ],
  }
}

/**
 * @param {Workbench} bench
 * @param {string} program
 * @param {number} atOnce
 */
async function uploadMany(bench, program, atOnce) {
  const file = await bench.file(sizeBytes)
  const job = { url: await discardUrl(bench), file, count: bench.scale(count), atOnce }
  const command = nodeProgram('run-client', program, JSON.stringify(job))
  return JSON.parse((await runMeasured(bench, command)).output)
}

/**
 * @param {Workbench} bench
 * @param {number} atOnce
 */
async function uploadByCurl(bench, atOnce) {
  const uploads = bench.scale(count)
  const form = `file=@${await bench.file(sizeBytes)}`
  // curl asks for each of the addresses in turn.
  const urls = `${await discardUrl(bench)}/[1-${uploads}]`
  const parallel = atOnce === 1 ? [] : ['--parallel', '--parallel-max', String(atOnce)]
  const command = ['--silent', '--fail', ...parallel, '--output', '/dev/null', '--form', form, urls]
  const { wallSeconds, cpuSeconds } = await runMeasured(bench, ['curl', ...command])
  return { perSecond: uploads / wallSeconds, cpuSeconds }
}
