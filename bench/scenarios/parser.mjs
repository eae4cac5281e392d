// @ts-check
import { ratio } from '../lib/goals.mjs'
import { nodeProgram, runMeasured } from '../lib/processes.mjs'
import { metrics } from '../lib/scenario.mjs'

/** @typedef {import('../lib/workbench.mjs').Workbench} Workbench */

const ours = '@wx-upload/multipart'
const secondsEach = 0.5
const { speed } = metrics

/** @type {import('../lib/scenario.mjs').Metric} */
const cpuSpeed = { ...speed, name: 'bytesPerCpuSecond', title: 'MB/CPU s' }

const peers = [
  { name: '@mjackson/multipart-parser', program: 'mjackson' },
  { name: '@remix-run/multipart-parser', program: 'remix' },
  { name: 'multipasta', program: 'multipasta' },
  { name: 'multiparty', program: 'multiparty' },
  // Never the best.
  { name: '@fastify/busboy', program: 'fastify-busboy', runs: 3 },
  { name: 'busboy', program: 'busboy', runs: 3 },
  { name: 'formidable', program: 'formidable', runs: 3 },
]

/** Which share of the best peer's speed each payload is to be parsed at. */
const payloads = /** @type {const} */ ([
  ['parser-large-file', 'large file', 0.95, 'a file of 256 MiB'],
  ['parser-tiny-fields', 'tiny fields', 2, '10,000 tiny fields'],
  ['parser-small-files', 'small files', 1.8, '1000 files of 4 KiB'],
  ['parser-csv', 'CSV text', 0.9, '64 MiB of CSV text'],
  ['parser-near-boundaries', 'near-boundaries', 0.9, '64 MiB of almost the delimiter'],
])

/** @type {readonly import('../lib/scenario.mjs').Scenario[]} */
export const parserScenarios = payloads.map(([name, payload, least, title]) => ({
  name,
  title: `Parser alone: ${title}`,
  note: 'In chunks of 64 KiB; values of fields are decoded. Each parser in a process of its own, for half a second after a quarter of one of which nothing is counted.',
  metrics: [speed, cpuSpeed],
  contestants: [
    { name: ours, role: 'ours', run: (bench) => parse(bench, 'wx-upload', payload) },
    ...peers.map(({ program, ...peer }) => ({
      ...peer,
      role: /** @type {const} */ ('peer'),
      run: (/** @type {Workbench} */ bench) => parse(bench, program, payload),
    })),
  ],
  goals: [ratio(speed, { of: ours, versus: { best: peers.map(({ name }) => name) }, least })],
  ...(payload === 'tiny fields' && {
    chart: {
      title: 'Parsing 10,000 tiny fields, MB/s',
      metric: speed.name,
      contestants: [ours, '@mjackson/multipart-parser', 'formidable', 'multipasta', 'busboy'],
    },
  }),
}))

const contents = [
  'large file',
  'CSV text',
  'near-boundaries',
  'line breaks',
  'carriage returns',
  'hyphens',
  'zeros',
]

/** @type {import('../lib/scenario.mjs').Scenario} */
export const parserContents = {
  name: 'parser-contents',
  title: 'Parser alone: whatever a file is made of',
  note: `${ours} on files of 64 MiB, and the large one, of what begins like a delimiter and is none.`,
  metrics: [speed, cpuSpeed],
  contestants: contents.map((payload) => ({
    name: payload,
    role: 'ours',
    run: (bench) => parse(bench, 'wx-upload', payload),
  })),
  goals: contents
    .slice(1)
    .map((payload) => ratio(speed, { of: payload, versus: 'large file', least: 1 / 3 })),
}

/**
 * @param {Workbench} bench
 * @param {string} program
 * @param {string} payload
 */
async function parse(bench, program, payload) {
  const share = bench.scale(1000) / 1000
  const seconds = bench.quick ? 0 : secondsEach
  const command = nodeProgram('run-parser', program, payload, String(share), String(seconds))
  return JSON.parse((await runMeasured(bench, command)).output)
}
