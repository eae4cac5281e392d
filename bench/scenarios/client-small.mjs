// @ts-check
import { discardUrl } from '../lib/discard-server.mjs'
import { ratio } from '../lib/goals.mjs'
import { nodeProgram, runMeasured } from '../lib/processes.mjs'
import { formatNumber, metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/scenario.mjs').Contestant} Contestant */
/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

/** @typedef {{ atOnce: number, count: number, warmUps: number }} Load */

const sizeBytes = 4096
const slowRuns = 3
const ours = 'wx.uploadFile'
const bare = 'node:http'
const fastest = 'undici.request'
const { rate, cpu } = metrics

/** @type {import('../lib/scenario.mjs').Metric} */
const loop = {
  name: 'loopSeconds',
  title: 'loop p99 ms',
  better: 'less',
  format: (seconds) => formatNumber(seconds * 1000),
}

const aboutLoop =
  "The event loop's delay is the 99th percentile of the time between two turns of a timer of 1 ms."

const libraries = [
  [fastest, 'undici'],
  ['got + form-data', 'got-form-data'],
  ['superagent', 'superagent'],
  ['fetch + openAsBlob', 'fetch'],
  ['axios', 'axios'],
]

/** @type {readonly Contestant['name'][]} */
const libraryNames = libraries.map(([name = '']) => name)

/** Of a process that has sent many: Node.js has compiled what it will. */
const settled = { count: 2000, warmUps: 4000 }
const young = { count: 1000, warmUps: 250 }

const oneByOne = { atOnce: 1, title: 'one after the other', least: 2 }
const tenAtOnce = { atOnce: 10, title: 'ten at once', least: 1.8 }

export const clientSmall = settledScenario('client-small', oneByOne)
export const clientSmallAtOnce = settledScenario('client-small-at-once', tenAtOnce)
export const clientSmallNew = youngScenario('client-small-new', oneByOne)
export const clientSmallNewAtOnce = youngScenario('client-small-new-at-once', tenAtOnce)

/**
 * @param {string} name
 * @param {typeof oneByOne} way
 * @returns {import('../lib/scenario.mjs').Scenario}
 */
function settledScenario(name, way) {
  const load = { ...settled, ...way }
  return {
    ...scenario(load, libraryNames),
    name,
    title: `Client: files of 4 KiB, ${way.title}`,
    note: `${load.count} uploads in one process, after ${load.warmUps} of which nothing is counted. ${aboutLoop}`,
    contestants: [
      client(ours, { program: 'wx-upload-file', role: 'ours' }, load),
      client(bare, { program: 'bare-http', role: 'limit' }, load),
      { name: 'curl -F', role: 'peer', run: (bench) => uploadByCurl(bench, load) },
      ...libraries.map(([libraryName = '', program = '']) => ({
        ...client(libraryName, { program, role: 'peer' }, load),
        ...(libraryName !== fastest && { runs: slowRuns }),
      })),
    ],
  }
}

/**
 * @param {string} name
 * @param {typeof oneByOne} way
 * @returns {import('../lib/scenario.mjs').Scenario}
 */
function youngScenario(name, way) {
  const load = { ...young, ...way }
  return {
    ...scenario(load, [fastest]),
    name,
    title: `Client: its first files of 4 KiB, ${way.title}`,
    note: `${load.count} uploads in one process, after ${load.warmUps} of which nothing is counted: Node.js compiles most of its code meanwhile. ${aboutLoop}`,
    contestants: [
      client(ours, { program: 'wx-upload-file', role: 'ours' }, load),
      client(bare, { program: 'bare-http', role: 'limit' }, load),
      client(fastest, { program: 'undici', role: 'peer' }, load),
    ],
  }
}

/**
 * @param {Load & { least: number }} load
 * @param {readonly string[]} best
 */
function scenario({ least }, best) {
  return {
    metrics: [rate, cpu, loop],
    goals: [
      ratio(rate, { of: ours, versus: { best }, least }),
      ratio(loop, { of: ours, versus: bare, most: 1.5 }),
    ],
  }
}

/**
 * @param {string} name
 * @param {{ program: string, role: Contestant['role'] }} contestant
 * @param {Load} load
 * @returns {Contestant}
 */
function client(name, { program, role }, load) {
  return { name, role, run: (bench) => uploadMany(bench, program, load) }
}

/**
 * @param {Workbench} bench
 * @param {string} program
 * @param {Load} load
 */
async function uploadMany(bench, program, { atOnce, ...load }) {
  const file = await bench.file(sizeBytes)
  const url = await discardUrl(bench)
  const [count, warmUps] = [bench.scale(load.count), bench.scale(load.warmUps)]
  const job = { url, file, count, warmUps, atOnce }
  const command = nodeProgram('run-client', program, JSON.stringify(job))
  return JSON.parse((await runMeasured(bench, command)).output)
}

/**
 * @param {Workbench} bench
 * @param {Load} load
 */
async function uploadByCurl(bench, { count, atOnce }) {
  const uploads = bench.scale(count)
  const form = `file=@${await bench.file(sizeBytes)}`
  // curl asks for each of the addresses in turn.
  const urls = `${await discardUrl(bench)}/[1-${uploads}]`
  const parallel = atOnce === 1 ? [] : ['--parallel', '--parallel-max', String(atOnce)]
  const command = ['--silent', '--fail', ...parallel, '--output', '/dev/null', '--form', form, urls]
  const { wallSeconds, cpuSeconds } = await runMeasured(bench, ['curl', ...command])
  return { perSecond: uploads / wallSeconds, cpuSeconds }
}
