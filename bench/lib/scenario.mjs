// @ts-check

/**
 * Something that is counted of each contestant.
 *
 * @typedef {object} Metric
 * @property {string} name
 * @property {string} title with its unit, the head of a column.
 * @property {'less' | 'more'} better
 * @property {(value: number) => string} format
 */

/**
 * What one run of a contestant gave, by the names of the metrics. What cannot be counted is left out.
 *
 * @typedef {Readonly<Record<string, number>>} Sample
 */

/**
 * One of those that are measured side by side.
 *
 * @typedef {object} Contestant
 * @property {string} name
 * @property {'ours' | 'limit' | 'peer'} role
 * @property {(bench: import('./workbench.mjs').Workbench) => Promise<Sample>} run does the job once, in a process of its own.
 * @property {(bench: import('./workbench.mjs').Workbench) => boolean} [isPossible] whether this machine has what it needs. Default: always.
 * @property {number} [runs] for one that is slow: how often it takes its turn, where that is less often than the others.
 * @property {boolean} [notWhenQuick] whether a quick run leaves it out.
 */

/**
 * What is compared: contestants that do the same job.
 *
 * @typedef {object} Scenario
 * @property {string} name
 * @property {string} title what is measured, as a heading.
 * @property {string} [note] what a reader has to know of it.
 * @property {readonly Metric[]} metrics
 * @property {readonly Contestant[]} contestants
 * @property {readonly import('./goals.mjs').Goal[]} goals
 * @property {number} [runs] of each contestant. Default 5.
 * @property {boolean} [onlyWhenAsked] whether it runs only where `--only` names it.
 * @property {{ title: string, metric: string, contestants: readonly string[] }} [chart] what of it the chart shows.
 * @property {{ title: string, metric: string, at: readonly number[] }} [curve] what of it grows, and for which amount each contestant stands.
 */

const megabyte = 1_000_000

/** @type {Readonly<Record<'wall' | 'cpu' | 'peak' | 'rate' | 'speed', Metric>>} */
export const metrics = {
  wall: { name: 'wallSeconds', title: 'wall s', better: 'less', format: formatNumber },
  cpu: { name: 'cpuSeconds', title: 'CPU s', better: 'less', format: formatNumber },
  peak: {
    name: 'peakBytes',
    title: 'peak MB',
    better: 'less',
    format: (bytes) => formatNumber(bytes / megabyte),
  },
  rate: { name: 'perSecond', title: 'requests/s', better: 'more', format: formatNumber },
  speed: {
    name: 'bytesPerSecond',
    title: 'MB/s',
    better: 'more',
    format: (bytes) => formatNumber(bytes / megabyte),
  },
}

/**
 * As many digits as the noise leaves.
 *
 * @param {number} value
 */
export function formatNumber(value) {
  if (value >= 100) return value.toFixed(0)
  return String(Number(value.toPrecision(value < 10 ? 2 : 3)))
}
