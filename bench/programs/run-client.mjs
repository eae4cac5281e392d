// @ts-check
// run-client CONTESTANT JOB: uploads a file with one of the clients of `contestants/client/`, once or many times, and prints what it
// counted of it as JSON.
import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * What a client is to do.
 *
 * @typedef {object} ClientJob
 * @property {string} url
 * @property {string} file
 * @property {string} [certificate] the file of the certificate to trust.
 * @property {number} [fields] beside the file.
 * @property {number} [count] uploads, of which something is counted. Default: one, of which nothing is.
 * @property {number} [warmUps] uploads before that, so that what is compiled on the way is not what is compared. Default: a quarter.
 * @property {number} [atOnce]
 * @property {boolean} [logsProgress] whether each report of progress is printed: microseconds since the epoch, and bytes.
 */

/**
 * @typedef {(job: ClientJob, onProgress: (sentBytes: number) => void) => Promise<void>} Upload
 */

const [contestant = '', jobText = ''] = process.argv.slice(2)
/** @type {ClientJob} */
const job = JSON.parse(jobText)
const program = await import(
  new URL(`../contestants/client/${contestant}.mjs`, import.meta.url).href
)
/** @type {Upload} */
const upload = program.upload
const { atOnce = 1 } = job

if (job.count !== undefined) await uploadMany(job.count)
else if (job.logsProgress === true) await uploadLogging()
else await upload(job, ignore)
// Connections that are kept would keep the process, too.
process.exit()

/** @param {number} count */
async function uploadMany(count) {
  await uploadInTurns(job.warmUps ?? Math.ceil(count / 4))
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const cpuBefore = process.cpuUsage()
  const beganAt = performance.now()
  await uploadInTurns(count)
  const seconds = (performance.now() - beganAt) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  delay.disable()
  console.log(
    JSON.stringify({
      perSecond: count / seconds,
      cpuSeconds: (user + system) / 1e6,
      loopSeconds: delay.percentile(99) / 1e9,
    }),
  )
}

/** @param {number} total */
async function uploadInTurns(total) {
  let begun = 0
  async function uploadOneByOne() {
    while (begun < total) {
      begun += 1
      await upload(job, ignore)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, uploadOneByOne))
}

async function uploadLogging() {
  /** @type {string[]} */
  const lines = []
  await upload(job, (sentBytes) =>
    lines.push(`${((performance.timeOrigin + performance.now()) * 1000).toFixed(0)} ${sentBytes}`),
  )
  process.stdout.write(`${lines.join('\n')}\n`)
  await new Promise((resolve) => process.stdout.write('', resolve))
}

function ignore() {}
