// @ts-check
import { ensureBuilt } from '../../scripts/lib/build.mjs'
import { ensureInstalled } from '../../scripts/lib/install.mjs'
import { ScriptError } from '../../scripts/lib/script-error.mjs'
import { allScenarios } from '../scenarios/all-scenarios.mjs'
import { chooseScenarios, parseBenchOptions } from './bench-options.mjs'
import { ensureBenchPrograms } from './compiled-programs.mjs'
import { countVerdicts, formatScenario, formatVerdict } from './format-results.mjs'
import { describeMachine } from './machine.mjs'
import { measureScenario } from './measure-scenario.mjs'
import { ensurePeers } from './peers.mjs'
import { saveResults } from './saved-results.mjs'
import { Workbench } from './workbench.mjs'

/** @typedef {import('./scenario.mjs').Scenario} Scenario */
/** @typedef {import('./measure-scenario.mjs').ScenarioResult} ScenarioResult */

/**
 * `npm run bench`: measures the packages side by side with others.
 *
 * @param {readonly string[]} args
 */
export async function runBench(args) {
  const options = parseBenchOptions(args)
  const scenarios = chooseScenarios(allScenarios, options.only)
  if (options.list) {
    const listed = options.only.length === 0 ? allScenarios : scenarios
    for (const { name, title } of listed) console.log(`${name.padEnd(26)} ${title}`)
    return 0
  }
  if (options.tables) {
    await saveResults(allScenarios, [])
    return 0
  }
  if (process.platform !== 'linux')
    throw new ScriptError('What a process uses is read from /proc: Linux alone has it.')
  await ensureInstalled()
  await ensureBuilt()
  await ensurePeers()
  await ensureBenchPrograms()
  const results = await measureAll(scenarios, options)
  if (options.save) await saveResults(allScenarios, results)
  if (options.json) {
    console.log(JSON.stringify({ machine: describeMachine(), scenarios: results }, null, 2))
  }
  return options.quick ? reportRuns(results) : reportGoals(results)
}

/**
 * @param {readonly Scenario[]} scenarios
 * @param {import('./bench-options.mjs').BenchOptions} options
 */
async function measureAll(scenarios, { quick, json }) {
  const bench = await Workbench.open({ quick })
  // Whoever ends it has no server and no file left behind.
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]))
    process.once(signal, () => void bench.close().finally(() => process.exit(code)))
  /** @type {ScenarioResult[]} */
  const results = []
  try {
    for (const scenario of scenarios) {
      const result = await measureScenario(scenario, bench, reportStep)
      results.push(result)
      if (!json && !quick) console.log(`${formatScenario(scenario, result)}\n`)
    }
  } finally {
    await bench.close()
  }
  return results
}

/** @param {string} text */
function reportStep(text) {
  process.stderr.write(`${text}\n`)
}

/** @param {readonly ScenarioResult[]} results */
function reportGoals(results) {
  const { met, missed } = countVerdicts(results)
  for (const { name, verdicts } of results)
    for (const verdict of verdicts)
      if (!verdict.isMet) process.stderr.write(`${name}: ${formatVerdict(verdict)}\n`)
  process.stderr.write(`${met} goals met, ${missed} missed\n`)
  return reportFailures(results) === 0 ? 0 : 1
}

/**
 * A quick run is a test like others.
 *
 * @param {readonly ScenarioResult[]} results
 */
function reportRuns(results) {
  const failed = reportFailures(results)
  const all = results.reduce((sum, { rows }) => sum + rows.length, 0)
  process.stderr.write(`${all - failed} passed, ${failed} failed\n`)
  return failed === 0 ? 0 : 1
}

/** @param {readonly ScenarioResult[]} results */
function reportFailures(results) {
  let failed = 0
  for (const { name, rows } of results) {
    for (const row of rows) {
      if (row.failure === undefined) continue
      failed += 1
      process.stderr.write(`${name}: ${row.name} failed: ${row.failure}\n`)
    }
  }
  return failed
}
