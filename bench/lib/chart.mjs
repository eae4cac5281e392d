// @ts-check
import { measuredValues } from './measured-values.mjs'
import { escapeText, formatSvg } from './svg.mjs'

/** @typedef {import('./scenario.mjs').Scenario} Scenario */
/** @typedef {import('./measure-scenario.mjs').ScenarioResult} ScenarioResult */

/**
 * Bars under one heading, whose lengths can be compared.
 *
 * @typedef {{ title: string, bars: readonly Bar[] }} Group
 * @typedef {import('./measured-values.mjs').MeasuredValue} Bar
 */

const width = 760
const labelWidth = 200
const valueWidth = 70
const barHeight = 16
const rowHeight = 24
const headingHeight = 40
const margin = 16

/**
 * The chart: one group of bars for each scenario that has one, without those that were not measured.
 *
 * @param {readonly Scenario[]} scenarios
 * @param {readonly ScenarioResult[]} results
 */
export function formatChart(scenarios, results) {
  const groups = scenarios.flatMap((scenario) => groupOf(scenario, results) ?? [])
  let y = margin
  const parts = groups.map((group) => {
    const drawn = drawGroup(group, y)
    y += headingHeight + group.bars.length * rowHeight
    return drawn
  })
  const height = y + margin
  const title = groups.map((group) => `${group.title}: ${group.bars.map(describeBar).join(', ')}.`)
  return formatSvg({ width, height, title: title.join(' '), parts })
}

/**
 * @param {Scenario} scenario
 * @param {readonly ScenarioResult[]} results
 * @returns {Group | undefined}
 */
function groupOf(scenario, results) {
  const { chart } = scenario
  const bars = chart && measuredValues(scenario, results, chart)
  return bars && { title: chart.title, bars }
}

/**
 * @param {Group} group
 * @param {number} top
 */
function drawGroup({ title, bars }, top) {
  const most = Math.max(...bars.map(({ value }) => value))
  const room = width - 2 * margin - labelWidth - valueWidth
  const rows = bars.map(({ name, isOurs, value, label }, index) => {
    const y = top + headingHeight - 12 + index * rowHeight
    const length = Math.max(1, Math.round((value / most) * room))
    const left = margin + labelWidth
    const baseline = y + barHeight - 3
    return [
      `<text x="${left - 8}" y="${baseline}" text-anchor="end"${isOurs ? ' class="heading"' : ''}>${escapeText(name)}</text>`,
      `<rect class="${isOurs ? 'ours' : 'bar'}" x="${left}" y="${y}" width="${length}" height="${barHeight}" rx="2"/>`,
      `<text x="${left + length + 8}" y="${baseline}">${escapeText(label)}</text>`,
    ].join('\n')
  })
  return [
    `<text class="heading" x="${margin}" y="${top + 16}">${escapeText(title)}</text>`,
    ...rows,
  ].join('\n')
}

/** @param {Bar} bar */
function describeBar({ name, label }) {
  return `${name} ${label}`
}
