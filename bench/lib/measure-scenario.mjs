// @ts-check
import { median } from '../../scripts/lib/load/percentile.mjs'

/** @typedef {import('./scenario.mjs').Scenario} Scenario */
/** @typedef {import('./scenario.mjs').Sample} Sample */
/** @typedef {import('./goals.mjs').Verdict} Verdict */

/**
 * What was measured of one contestant.
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {'ours' | 'limit' | 'peer'} role
 * @property {Sample} medians
 * @property {readonly Sample[]} samples one of each run.
 * @property {string} [failure] what went wrong in a run, which ended it for this contestant.
 */

/**
 * What was measured of a scenario.
 *
 * @typedef {object} ScenarioResult
 * @property {string} name
 * @property {string} measuredAt ISO 8601 in UTC.
 * @property {readonly Row[]} rows
 * @property {readonly Verdict[]} verdicts
 */

const usualRuns = 5

/**
 * Measures the contestants in turns (A B A B), so that whatever else the machine does meets all of them.
 *
 * @param {Scenario} scenario
 * @param {import('./workbench.mjs').Workbench} bench
 * @param {(text: string) => void} report
 * @returns {Promise<ScenarioResult>}
 */
export async function measureScenario(scenario, bench, report) {
  const measuredAt = new Date().toISOString()
  const runs = bench.quick ? 1 : (scenario.runs ?? usualRuns)
  const contestants = scenario.contestants
    .filter(({ notWhenQuick }) => !(bench.quick && notWhenQuick === true))
    .filter(({ isPossible }) => isPossible?.(bench) ?? true)
    .map((contestant) => ({ ...contestant, ...newRow() }))
  for (let run = 1; run <= runs; run += 1) {
    for (const contestant of contestants) {
      if (contestant.failure !== undefined || run > (contestant.runs ?? runs)) continue
      report(`${scenario.name} ${run}/${runs}: ${contestant.name} …`)
      try {
        contestant.samples.push(await contestant.run(bench))
      } catch (error) {
        contestant.failure = error instanceof Error ? error.message : String(error)
      }
    }
  }
  const rows = contestants.map(({ name, role, samples, failure }) => ({
    name,
    role,
    medians: medianSample(samples),
    samples,
    ...(failure !== undefined && { failure }),
  }))
  return { name: scenario.name, measuredAt, rows, verdicts: judgeGoals(scenario, rows) }
}

/** @returns {{ samples: Sample[], failure: string | undefined }} */
function newRow() {
  return { samples: [], failure: undefined }
}

/**
 * @param {Scenario} scenario
 * @param {readonly Row[]} rows
 */
function judgeGoals({ goals }, rows) {
  const whole = rows.filter(({ failure }) => failure === undefined)
  const medians = new Map(whole.map((row) => [row.name, row.medians]))
  return goals.flatMap((goal) => goal(medians) ?? [])
}

/**
 * The median of each number by itself.
 *
 * @param {readonly Sample[]} samples
 * @returns {Sample}
 */
export function medianSample(samples) {
  const names = new Set(samples.flatMap((sample) => Object.keys(sample)))
  return Object.fromEntries(
    Array.from(names, (name) => [name, median(samples.flatMap((sample) => sample[name] ?? []))]),
  )
}
