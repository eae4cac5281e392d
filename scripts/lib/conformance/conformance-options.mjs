// @ts-check
import { isIP } from 'node:net'
import { parseArgs } from 'node:util'
import { ScriptError } from '../script-error.mjs'

const usage = `Usage: npm run conformance -- [options]

Holds hosts of wx.uploadFile to its public promises, and prints who keeps which:
this client in Node.js and in Chromium, Taro's H5 and uni-app's H5 in Chromium.

  --ours              this client alone, without the peers
  --host <file>       instead: a host of yours, a module that exports \`host\`
  --in <node|page>    where that one runs (default: node)
  --serve <address>   instead: serves the suite at this address, for a host elsewhere
  --only <ids>        these cases, separated by commas
  --json              prints a report in JSON: what was expected, what was found
  --check             compares with the table of the READMEs, and fails where it is out of date
  --write             brings the table of the READMEs up to date`

/**
 * What `npm run conformance` is asked to do, but for the browser.
 *
 * @typedef {Omit<import('../../../conformance/runner/conformance-command.ts').ConformanceCommand, 'chromiumPath'>} ConformanceOptions
 */

/**
 * Where the suite is to be served; undefined where it is to be run.
 *
 * @param {readonly string[]} args
 * @returns {string | undefined}
 */
export function parseServingAddress(args) {
  const { serve, ...others } = readValues(args)
  if (serve === undefined) return undefined
  if (isIP(serve) === 4 && Object.keys(others).length === 0) return serve
  throw new ScriptError(
    `--serve takes an address such as 192.168.1.5, and nothing else\n\n${usage}`,
  )
}

/**
 * Reads the arguments; throws a `ScriptError` with how it is used for others.
 *
 * @param {readonly string[]} args
 * @returns {ConformanceOptions}
 */
export function parseConformanceOptions(args) {
  const values = readValues(args)
  if (values.help) throw new ScriptError(usage)
  const isPartial = values.host !== undefined || values.only !== undefined
  if (isPartial && (values.check || values.write)) {
    throw new ScriptError(`The table of the READMEs has every case of every host\n\n${usage}`)
  }
  if (values.ours && values.write) {
    throw new ScriptError(`The table of the READMEs has the peers too\n\n${usage}`)
  }
  if (values.in !== undefined && values.in !== 'node' && values.in !== 'page') {
    throw new ScriptError(`${values.in} is neither node nor page\n\n${usage}`)
  }
  return {
    runsIn: values.in === 'page' ? 'Chromium' : 'Node.js',
    isOursAlone: values.ours ?? false,
    isJson: values.json ?? false,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.only === undefined ? {} : { only: values.only.split(',') }),
    ...(values.check ? { table: 'check' } : {}),
    ...(values.write ? { table: 'write' } : {}),
  }
}

/** @param {readonly string[]} args */
function readValues(args) {
  const text = /** @type {const} */ ({ type: 'string' })
  const flag = /** @type {const} */ ({ type: 'boolean' })
  try {
    return parseArgs({
      args: [...args],
      options: {
        ours: flag,
        host: text,
        serve: text,
        in: text,
        only: text,
        json: flag,
        check: flag,
        write: flag,
        help: flag,
      },
    }).values
  } catch (error) {
    throw new ScriptError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}
