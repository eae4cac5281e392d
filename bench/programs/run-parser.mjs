// @ts-check
// run-parser CONTESTANT PAYLOAD SHARE SECONDS: parses a payload of `payloads.mjs`, a share of its size, with one of the parsers of
// `contestants/parser/` until the time is over, and prints what it counted of it as JSON.
import { payloads } from './payloads.mjs'

/**
 * Parses a body to its end, decodes the values of fields, and tells what was in it.
 *
 * @typedef {(payload: import('./payloads.mjs').Payload) => Promise<{ parts: number, contentBytes: number }>} Parse
 */

const [contestant = '', payloadName = '', share = '1', time = '1'] = process.argv.slice(2)
const program = await import(
  new URL(`../contestants/parser/${contestant}.mjs`, import.meta.url).href
)
/** @type {Parse} */
const parse = program.parse
const payload = payloads[payloadName]?.((amount) => Math.ceil(amount * Number(share)))
if (payload === undefined) throw new Error(`there is no payload ${payloadName}`)

const found = await parse(payload)
if (found.parts !== payload.parts || found.contentBytes !== payload.contentBytes)
  throw new Error(
    `found ${found.contentBytes} bytes in ${found.parts} parts instead of ${payload.contentBytes} in ${payload.parts}`,
  )

// What is compiled on the way is not what is compared.
await parseFor(Number(time) / 2, payload)
const cpuBefore = process.cpuUsage()
const { bytes, seconds } = await parseFor(Number(time), payload)
const { user, system } = process.cpuUsage(cpuBefore)
console.log(
  JSON.stringify({
    bytesPerSecond: bytes / seconds,
    bytesPerCpuSecond: bytes / ((user + system) / 1e6),
  }),
)

/**
 * @param {number} atLeastSeconds
 * @param {import('./payloads.mjs').Payload} payload
 */
async function parseFor(atLeastSeconds, payload) {
  const beganAt = performance.now()
  let bytes = 0
  let seconds = 0
  while (seconds < atLeastSeconds || bytes === 0) {
    await parse(payload)
    bytes += payload.sizeBytes
    seconds = (performance.now() - beganAt) / 1000
  }
  return { bytes, seconds }
}
