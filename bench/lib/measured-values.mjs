// @ts-check

/**
 * What was measured of one contestant, as a number and as people read it.
 *
 * @typedef {{ name: string, isOurs: boolean, value: number, label: string }} MeasuredValue
 */

/**
 * What charts show of a scenario: the medians of contestants, in this order, without those that were not measured; undefined where none was.
 *
 * @param {import('./scenario.mjs').Scenario} scenario
 * @param {readonly import('./measure-scenario.mjs').ScenarioResult[]} results
 * @param {{ metric: string, contestants: readonly string[] }} shown
 * @returns {MeasuredValue[] | undefined}
 */
export function measuredValues({ name, metrics }, results, shown) {
  const rows = results.find((result) => result.name === name)?.rows
  const metric = metrics.find((one) => one.name === shown.metric)
  if (rows === undefined || metric === undefined) return undefined
  return shown.contestants.flatMap((contestant) => {
    const row = rows.find((one) => one.name === contestant)
    const value = row?.medians[metric.name]
    if (row === undefined || value === undefined) return []
    return [{ name: row.name, isOurs: row.role === 'ours', value, label: metric.format(value) }]
  })
}
