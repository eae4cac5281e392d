// @ts-check

/** @typedef {import('./scenario.mjs').Scenario} Scenario */
/** @typedef {import('./scenario.mjs').Metric} Metric */
/** @typedef {import('./measure-scenario.mjs').ScenarioResult} ScenarioResult */
/** @typedef {import('./measure-scenario.mjs').Row} Row */

/**
 * What was measured of a scenario as a section in Markdown: the medians, and each as a share of the first contestant's.
 *
 * @param {Scenario} scenario
 * @param {ScenarioResult} result
 */
export function formatScenario({ title, note, metrics }, { rows, verdicts }) {
  const shown = metrics.filter(({ name }) =>
    rows.some(({ medians }) => medians[name] !== undefined),
  )
  const table = [
    ['', ...shown.flatMap((metric) => [metric.title, '×'])],
    ['---', ...shown.flatMap(() => ['---:', '---:'])],
    ...rows.map((row) => [
      nameOf(row, rows[0]),
      ...shown.flatMap((metric) => cells(metric, row, rows[0])),
    ]),
  ]
  return [
    `### ${title}`,
    ...(note === undefined ? [] : [note]),
    table.map((line) => `| ${line.join(' | ')} |`).join('\n'),
    ...(verdicts.length === 0 ? [] : [verdicts.map(formatVerdict).join('\n')]),
  ].join('\n\n')
}

/**
 * Goals by whether they are met.
 *
 * @param {readonly ScenarioResult[]} results
 */
export function countVerdicts(results) {
  const verdicts = results.flatMap((result) => result.verdicts)
  const met = verdicts.filter(({ isMet }) => isMet).length
  return { met, missed: verdicts.length - met }
}

/** @param {import('./goals.mjs').Verdict} verdict */
export function formatVerdict({ goal, found, isMet }) {
  return `- ${isMet ? 'met' : '**missed**'}: ${goal}; it is ${found}`
}

/**
 * @param {Row} row
 * @param {Row | undefined} first
 */
function nameOf({ name, role, failure, samples }, first) {
  const shown = role === 'ours' ? `**${name}**` : role === 'limit' ? `*${name}*` : name
  if (failure !== undefined) return `${shown} (failed)`
  const isRarer = samples.length < (first?.samples.length ?? 0)
  return isRarer ? `${shown} (${samples.length} runs)` : shown
}

/**
 * @param {Metric} metric
 * @param {Row} row
 * @param {Row | undefined} first
 */
function cells({ name, format }, { medians }, first) {
  const value = medians[name]
  if (value === undefined) return ['', '']
  const one = first?.medians[name]
  return [format(value), one === undefined || one === 0 ? '' : (value / one).toFixed(2)]
}
