// @ts-check
import { parseArgs } from 'node:util'
import { ScriptError } from '../../scripts/lib/script-error.mjs'

/**
 * What `npm run bench` is asked to do.
 *
 * @typedef {object} BenchOptions
 * @property {readonly string[]} only the scenarios named; none for all that run unasked.
 * @property {boolean} quick
 * @property {boolean} json
 * @property {boolean} list
 * @property {boolean} save
 * @property {boolean} tables
 */

const usage = `Usage: npm run bench -- [options]

Measures the packages, as they are built, side by side with others.

  --only <names>  these scenarios alone, separated by commas; with "-" at its end, all that begin so
  --list          says what there is
  --quick         small files and one run each, to see that it works; says nothing of speed
  --json          prints the results as JSON instead of tables
  --save          writes bench/results.json, the charts and the tables of docs/performance.md, as a run of everything does
  --tables        writes the charts and the tables from bench/results.json, and measures nothing`

/**
 * Reads the arguments of `npm run bench`; throws a `ScriptError` with how it is used for others.
 *
 * @param {readonly string[]} args
 * @returns {BenchOptions}
 */
export function parseBenchOptions(args) {
  const {
    only = [],
    quick = false,
    json = false,
    list = false,
    tables = false,
    save,
    help,
  } = readValues(args)
  if (help === true) throw new ScriptError(usage)
  if (quick && save === true)
    throw new ScriptError(`A quick run measures nothing to keep.\n\n${usage}`)
  return {
    only: only.flatMap((names) => names.split(',')),
    quick,
    json,
    list,
    tables,
    save: save ?? (only.length === 0 && !quick),
  }
}

/**
 * Those of the scenarios that are to run; throws a `ScriptError` where a name stands for none.
 *
 * @template {{ name: string, onlyWhenAsked?: boolean }} T
 * @param {readonly T[]} scenarios
 * @param {readonly string[]} only
 */
export function chooseScenarios(scenarios, only) {
  if (only.length === 0) return scenarios.filter(({ onlyWhenAsked }) => onlyWhenAsked !== true)
  const stranger = only.find((wanted) => !scenarios.some(({ name }) => isMeant(name, wanted)))
  if (stranger !== undefined)
    throw new ScriptError(
      `There is no scenario ${JSON.stringify(stranger)}: there are ${scenarios.map(({ name }) => name).join(', ')}.`,
    )
  return scenarios.filter(({ name }) => only.some((wanted) => isMeant(name, wanted)))
}

/**
 * @param {string} name
 * @param {string} wanted
 */
function isMeant(name, wanted) {
  return wanted.endsWith('-') ? name.startsWith(wanted) : name === wanted
}

/** @param {readonly string[]} args */
function readValues(args) {
  const flag = /** @type {const} */ ({ type: 'boolean' })
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        quick: flag,
        json: flag,
        list: flag,
        save: flag,
        tables: flag,
        help: flag,
      },
    }).values
  } catch (error) {
    throw new ScriptError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}
