// @ts-check
import { formatNumber } from './scenario.mjs'

/** @typedef {import('./scenario.mjs').Metric} Metric */
/** @typedef {import('./scenario.mjs').Sample} Sample */

/**
 * The medians of each contestant that was measured.
 *
 * @typedef {ReadonlyMap<string, Sample>} Medians
 */

/**
 * What came of a goal.
 *
 * @typedef {object} Verdict
 * @property {string} goal
 * @property {string} found
 * @property {boolean} isMet
 */

/**
 * A predicate over what was measured; undefined where something that it compares was not.
 *
 * @typedef {(medians: Medians) => Verdict | undefined} Goal
 */

/**
 * Against whom: the one that did best, or worst, of several.
 *
 * @typedef {string | { best: readonly string[] } | { worst: readonly string[] }} Rival
 */

/**
 * One contestant's median as a share of another's: at most so much where less is better, at least where more is.
 *
 * @param {Metric} metric
 * @param {{ of: string, versus: Rival } & ({ most: number } | { least: number })} comparison
 * @returns {Goal}
 */
export function ratio(metric, comparison) {
  const { of, versus } = comparison
  return (medians) => {
    const ours = medians.get(of)?.[metric.name]
    const rival = findRival(metric, versus, medians)
    if (ours === undefined || rival === undefined) return undefined
    const { isMet, sign, bound } = judge(ours / rival.value, comparison)
    return {
      goal: `${of}: ${metric.title} ${sign} ${Number(bound.toPrecision(3))} × ${rival.name}`,
      found: `${formatRatio(ours / rival.value)} × (${metric.format(ours)} to ${metric.format(rival.value)})`,
      isMet,
    }
  }
}

/**
 * One contestant's median by itself.
 *
 * @param {Metric} metric
 * @param {{ of: string } & ({ most: number } | { least: number })} comparison
 * @returns {Goal}
 */
export function bound(metric, comparison) {
  const { of } = comparison
  return (medians) => {
    const ours = medians.get(of)?.[metric.name]
    if (ours === undefined) return undefined
    const { isMet, sign, bound } = judge(ours, comparison)
    return {
      goal: `${of}: ${metric.title} ${sign} ${metric.format(bound)}`,
      found: metric.format(ours),
      isMet,
    }
  }
}

/**
 * @param {number} value
 * @param {{ most: number } | { least: number }} comparison
 */
function judge(value, comparison) {
  if ('most' in comparison)
    return { isMet: value <= comparison.most, sign: '≤', bound: comparison.most }
  return { isMet: value >= comparison.least, sign: '≥', bound: comparison.least }
}

/**
 * @param {Metric} metric
 * @param {Rival} rival
 * @param {Medians} medians
 * @returns {{ name: string, value: number } | undefined}
 */
function findRival(metric, rival, medians) {
  const names = typeof rival === 'string' ? [rival] : 'best' in rival ? rival.best : rival.worst
  const isLessWanted =
    (metric.better === 'less') !== (typeof rival === 'object' && 'worst' in rival)
  const measured = names.flatMap((name) => {
    const value = medians.get(name)?.[metric.name]
    return value === undefined ? [] : [{ name, value }]
  })
  const [first] = measured.toSorted((a, b) =>
    isLessWanted ? a.value - b.value : b.value - a.value,
  )
  return first
}

/** @param {number} value */
function formatRatio(value) {
  return value < 10 ? value.toFixed(2) : formatNumber(value)
}
