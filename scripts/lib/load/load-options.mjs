// @ts-check
import { parseArgs } from 'node:util'
import { ScriptError } from '../script-error.mjs'

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

/**
 * What `npm run load` is asked to do.
 *
 * @typedef {object} LoadOptions
 * @property {'disk' | 's3'} storage
 * @property {'fsync' | 'none'} durability of the folder.
 * @property {'grid' | 'slow' | 'idle'} mode
 * @property {readonly number[]} sizes bytes of a file.
 * @property {readonly number[]} atOnce uploads at once, or connections.
 * @property {boolean} withKeys whether each upload has an Idempotency-Key.
 * @property {number} seconds that each row lasts.
 * @property {number} runs of each row, of which the medians are shown.
 */

const usage = `Usage: npm run load -- [options]

Starts a receiver on this machine, and measures what it carries.

  --storage <disk|s3>       a temporary folder, or a Ceph cluster of its own (default: disk)
  --durability <fsync|none> of the folder (default: fsync)
  --sizes <list>            bytes of a file (default: 4KiB,100KiB,1MiB,16MiB)
  --at-once <list>          uploads at once (default: 1,10,50,200)
  --slow <number>           instead: so many uploads at once, each of the first size, spread over the time
  --idle <number>           instead: uploads beside so many connections that do nothing
  --keys                    each upload has an Idempotency-Key
  --seconds <number>        how long each row is measured, 1 to 60 (default: 5)
  --runs <number>           how often; the medians are shown, 1 to 9 (default: 1)
  --quick                   two short rows, to see that it works`

// So that nobody's machine is brought down by a slip of the finger.
const most = { atOnce: 2000, idle: 20_000, sizeBytes: 200 * mebibyte, seconds: 60, runs: 9 }

/**
 * Reads the arguments of `npm run load`; throws a `ScriptError` with how it is used for others.
 *
 * @param {readonly string[]} args
 * @returns {LoadOptions}
 */
export function parseLoadOptions(args) {
  const values = readValues(args)
  const { quick = false, help = false, slow, idle } = values
  if (help) throw new ScriptError(usage)
  const mode = slow !== undefined ? 'slow' : idle !== undefined ? 'idle' : 'grid'
  const connections = slow ?? idle ?? values['at-once'] ?? (quick ? '4' : '1,10,50,200')
  const sizes = values.sizes ?? (mode === 'grid' ? undefined : '100KiB')
  return {
    storage: oneOf(['disk', 's3'], values.storage ?? 'disk'),
    durability: oneOf(['fsync', 'none'], values.durability ?? 'fsync'),
    mode,
    sizes: parseList(sizes ?? (quick ? '4KiB,1MiB' : '4KiB,100KiB,1MiB,16MiB'), parseSize),
    atOnce: parseList(connections, (text) =>
      parseNumber(text, mode === 'idle' ? most.idle : most.atOnce),
    ),
    withKeys: values.keys ?? false,
    seconds: parseNumber(values.seconds ?? (quick ? '1' : '5'), most.seconds),
    runs: parseNumber(values.runs ?? '1', most.runs),
  }
}

/** @param {readonly string[]} args */
function readValues(args) {
  const text = /** @type {const} */ ({ type: 'string' })
  try {
    return parseArgs({
      args: [...args],
      options: {
        storage: text,
        durability: text,
        sizes: text,
        'at-once': text,
        slow: text,
        idle: text,
        seconds: text,
        runs: text,
        keys: { type: 'boolean' },
        quick: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new ScriptError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

/**
 * @template T
 * @param {string} text
 * @param {(item: string) => T} parse
 */
function parseList(text, parse) {
  return text.split(',').map(parse)
}

/** @param {string} text such as `4KiB`. */
function parseSize(text) {
  const [, amount = '', unit = ''] = /^(\d+)(KiB|MiB)$/.exec(text) ?? []
  return parseNumber(amount, most.sizeBytes) * (unit === 'MiB' ? mebibyte : kibibyte)
}

/**
 * @param {string} text
 * @param {number} max
 */
function parseNumber(text, max) {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number
  throw new ScriptError(`${JSON.stringify(text)} is not a number from 1 to ${max}\n\n${usage}`)
}

/**
 * @template {string} T
 * @param {readonly T[]} allowed
 * @param {string} text
 * @returns {T}
 */
function oneOf(allowed, text) {
  const found = allowed.find((value) => value === text)
  if (found === undefined)
    throw new ScriptError(`${text} is not one of ${allowed.join(', ')}\n\n${usage}`)
  return found
}
