// @ts-check
import { discardUrl } from '../lib/discard-server.mjs'
import { bound, ratio } from '../lib/goals.mjs'
import { nodeProgram, runMeasured } from '../lib/processes.mjs'
import { metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/scenario.mjs').Contestant} Contestant */
/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

// Those who are nearly equal take more turns, and those who take long fewer.
const runs = 11
const usualRuns = 5
const slowRuns = 3
const gibibyte = 1024 ** 3
const ours = 'wx.uploadFile'
const oursAtEight = 'wx.uploadFile, 8 GiB'
const curl = 'curl -F'
const curlAtEight = 'curl -F, 8 GiB'
const { wall, cpu, peak } = metrics

const libraries = [
  peer('got + formdata-node', 'got-formdata-node'),
  peer('node-fetch', 'node-fetch'),
  peer('got + form-data', 'got-form-data'),
  slowPeer('axios, maxRedirects: 0', 'axios-tuned'),
  slowPeer('axios', 'axios'),
  slowPeer('superagent', 'superagent'),
  slowPeer('undici.request', 'undici'),
  slowPeer('fetch + openAsBlob', 'fetch'),
  slowPeer('ky', 'ky'),
]

/** @type {import('../lib/scenario.mjs').Scenario} */
export const clientLarge = {
  name: 'client-large',
  title: 'Client: a file of 1 GiB to a server that keeps nothing',
  note: 'Over loopback, to a server in C; each client from the start of its process to its end, and what that used in all. The file of 8 GiB is hollow. The first three, which are nearly equal, have eleven runs.',
  metrics: [wall, cpu, peak],
  runs,
  contestants: [
    { name: ours, role: 'ours', run: uploader('wx-upload-file', largeFile) },
    { name: 'node:http', role: 'limit', run: uploader('bare-http', largeFile) },
    { name: curl, role: 'peer', run: uploaderByCurl(largeFile) },
    ...libraries,
    {
      name: oursAtEight,
      role: 'ours',
      run: uploader('wx-upload-file', hollowFile),
      runs: usualRuns,
    },
    { name: curlAtEight, role: 'peer', run: uploaderByCurl(hollowFile), runs: slowRuns },
  ],
  goals: [
    ratio(wall, { of: ours, versus: curl, most: 0.9 }),
    ratio(cpu, { of: ours, versus: curl, most: 1 }),
    ratio(wall, { of: ours, versus: { best: libraries.map(({ name }) => name) }, most: 0.4 }),
    bound(peak, { of: ours, most: 80_000_000 }),
    ratio(peak, { of: oursAtEight, versus: ours, most: 1.1 }),
  ],
  chart: {
    title: 'Sending a file of 1 GiB from Node.js, seconds',
    metric: wall.name,
    contestants: [ours, curl, 'got + formdata-node', 'node-fetch', 'axios', 'fetch + openAsBlob'],
  },
}

/**
 * @param {string} name
 * @param {string} program
 * @returns {Contestant}
 */
function peer(name, program) {
  return { name, role: 'peer', run: uploader(program, largeFile), runs: usualRuns }
}

/**
 * @param {string} name
 * @param {string} program
 * @returns {Contestant}
 */
function slowPeer(name, program) {
  return { ...peer(name, program), runs: slowRuns }
}

/** @param {Workbench} bench */
function largeFile(bench) {
  return bench.file(bench.scale(gibibyte))
}

/** @param {Workbench} bench */
function hollowFile(bench) {
  return bench.hollowFile(bench.scale(8 * gibibyte))
}

/**
 * @param {string} program
 * @param {(bench: Workbench) => Promise<string>} fileOf
 * @returns {Contestant['run']}
 */
function uploader(program, fileOf) {
  return async (bench) => {
    const job = JSON.stringify({ url: await discardUrl(bench), file: await fileOf(bench) })
    return sampleOf(await runMeasured(bench, nodeProgram('run-client', program, job)))
  }
}

/**
 * @param {(bench: Workbench) => Promise<string>} fileOf
 * @returns {Contestant['run']}
 */
function uploaderByCurl(fileOf) {
  return async (bench) => {
    const form = `file=@${await fileOf(bench)}`
    const url = await discardUrl(bench)
    return sampleOf(await runMeasured(bench, ['curl', '--silent', '--fail', '--form', form, url]))
  }
}

/** @param {import('../lib/processes.mjs').MeasuredRun} run */
function sampleOf({ wallSeconds, cpuSeconds, peakBytes }) {
  return { wallSeconds, cpuSeconds, peakBytes }
}
