// @ts-check
import { ensureBuilt } from '../build.mjs'
import { ensureInstalled } from '../install.mjs'
import { ScriptError } from '../script-error.mjs'
import { formatTable } from './format-table.mjs'
import { parseLoadOptions } from './load-options.mjs'
import { startLoadedReceiver } from './loaded-receiver.mjs'
import { besideIdleConnections, measure, medianRow } from './measure.mjs'
import { openPlaces } from './places.mjs'

/** Beside how many uploads idle connections are measured. */
const uploadsBesideIdle = 10

/** @typedef {import('./load-options.mjs').LoadOptions} LoadOptions */
/** @typedef {import('./places.mjs').Places} Places */
/** @typedef {import('./measure.mjs').Row} Row */

/**
 * `npm run load`: measures what one receiver on this machine carries, and prints it as a table.
 *
 * @param {readonly string[]} args
 */
export async function runLoad(args) {
  const options = parseLoadOptions(args)
  if (process.platform !== 'linux')
    throw new ScriptError('What a process uses is read from /proc: Linux alone has it.')
  await ensureInstalled()
  await ensureBuilt()
  const places = await openPlaces(options)
  try {
    const rows = await measureAll(places, options)
    process.stdout.write(formatTable(rows))
    const failed = rows.reduce((sum, row) => sum + row.failed, 0)
    console.log(`${rows.length} rows, ${failed} uploads failed`)
    return failed === 0 ? 0 : 1
  } finally {
    await places.close()
  }
}

/**
 * @param {Places} places
 * @param {LoadOptions} options
 */
async function measureAll(places, options) {
  /** @type {Row[]} */
  const rows = []
  for (const sizeBytes of options.sizes) {
    for (const atOnce of options.atOnce) {
      /** @type {Row[]} */
      const runs = []
      for (let run = 0; run < options.runs; run += 1) {
        process.stderr.write(`${sizeBytes} bytes, ${atOnce} at once …\n`)
        runs.push(await measureOne(places, { sizeBytes, atOnce, options }))
      }
      rows.push(medianRow(runs))
    }
  }
  return rows
}

/**
 * Each run has a receiver and a place of its own, so that none remembers another.
 *
 * @param {Places} places
 * @param {{ sizeBytes: number, atOnce: number, options: LoadOptions }} row
 */
async function measureOne(places, { sizeBytes, atOnce, options }) {
  const { mode, seconds, withKeys } = options
  const place = await places.create()
  const receiver = await startLoadedReceiver(place, { maxUploads: 2 * atOnce })
  const load = {
    sizeBytes,
    seconds,
    withKeys,
    maxBytes: places.maxBytes,
    countStoreRequests: places.countRequests,
  }
  try {
    if (mode !== 'idle')
      return await measure(receiver, {
        kind: mode === 'slow' ? 'slow' : 'uploads',
        atOnce,
        ...load,
      })
    const { value, left } = await besideIdleConnections(receiver, atOnce, () =>
      measure(receiver, { kind: 'uploads', atOnce: uploadsBesideIdle, ...load }),
    )
    return { ...value, idle: left }
  } finally {
    await receiver.stop()
    await places.remove(place)
  }
}
