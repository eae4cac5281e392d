// @ts-check
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { formatChart } from './chart.mjs'
import { formatCurves } from './curves-chart.mjs'
import { root } from '../../scripts/lib/command.mjs'
import { formatScenario } from './format-results.mjs'
import { describeMachine } from './machine.mjs'
import { benchFolder } from './peers.mjs'

/** @typedef {import('./scenario.mjs').Scenario} Scenario */
/** @typedef {import('./measure-scenario.mjs').ScenarioResult} ScenarioResult */

/**
 * What `bench/results.json` has.
 *
 * @typedef {object} SavedResults
 * @property {import('./machine.mjs').Machine} machine
 * @property {readonly ScenarioResult[]} scenarios in the order of the docs.
 */

const resultsFile = path.join(benchFolder, 'results.json')
export const chartFile = path.join(root, 'docs/performance.svg')
export const curvesFile = path.join(root, 'docs/performance-curves.svg')
export const docsFile = path.join(root, 'docs/performance.md')

const tablesBegin = '<!-- What follows is written by npm run bench. -->'
const tablesEnd = '<!-- To here. -->'

/**
 * Keeps results, of which the new ones take the place of those of the same scenarios, and writes the charts and the tables anew.
 *
 * @param {readonly Scenario[]} all
 * @param {readonly ScenarioResult[]} results
 */
export async function saveResults(all, results) {
  const kept = await readResults()
  const byName = new Map([...(kept?.scenarios ?? []), ...results].map((one) => [one.name, one]))
  const saved = {
    machine: results.length === 0 ? (kept?.machine ?? describeMachine()) : describeMachine(),
    scenarios: all.flatMap(({ name }) => byName.get(name) ?? []),
  }
  await writeFile(resultsFile, `${JSON.stringify(saved, null, 2)}\n`)
  await writeFile(chartFile, formatChart(all, saved.scenarios))
  await writeFile(curvesFile, formatCurves(all, saved.scenarios))
  const docs = await readFile(docsFile, 'utf8')
  await writeFile(docsFile, insertTables(docs, formatTables(all, saved)))
}

/** @returns {Promise<SavedResults | undefined>} */
export async function readResults() {
  try {
    return JSON.parse(await readFile(resultsFile, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * All tables in Markdown.
 *
 * @param {readonly Scenario[]} all
 * @param {SavedResults} saved
 */
export function formatTables(all, { machine, scenarios }) {
  const { processors, memory, system, node } = machine
  const sections = scenarios.flatMap((result) => {
    const scenario = all.find(({ name }) => name === result.name)
    return scenario === undefined ? [] : [formatScenario(scenario, result)]
  })
  return [`On ${processors}, ${memory}, ${system}, Node.js ${node}.`, ...sections].join('\n\n')
}

/**
 * The docs with these tables in the place of theirs.
 *
 * @param {string} docs
 * @param {string} tables
 */
export function insertTables(docs, tables) {
  const [before] = docs.split(tablesBegin)
  const after = docs.split(tablesEnd)[1] ?? '\n'
  return `${before}${tablesBegin}\n\n${tables}\n\n${tablesEnd}${after}`
}
