// @ts-check
import { measuredValues } from './measured-values.mjs'
import { escapeText, formatSvg } from './svg.mjs'

/** @typedef {import('./scenario.mjs').Scenario} Scenario */
/** @typedef {import('./measure-scenario.mjs').ScenarioResult} ScenarioResult */

/**
 * What a contestant took: `name` says for which amount.
 *
 * @typedef {{ name: string, amount: number, value: number, label: string }} Point
 * @typedef {{ title: string, points: readonly Point[] }} Curve
 */

const panelWidth = 380
const panelHeight = 220
const columns = 2
const margin = 16
const headingHeight = 44
const axisHeight = 30
const sideWidth = 28
// What lies within a factor of ten is to look alike.
const leastDecades = 2

/**
 * How the cost of one unit changes as the amount grows, both axes logarithmic: a level line is a cost that grows in proportion. One for
 * each scenario that has a curve, without those that were not measured.
 *
 * @param {readonly Scenario[]} scenarios
 * @param {readonly ScenarioResult[]} results
 */
export function formatCurves(scenarios, results) {
  const curves = scenarios.flatMap((scenario) => curveOf(scenario, results) ?? [])
  const title = curves.map(
    (curve) =>
      `${curve.title}: ${curve.points.map(({ name, label }) => `${name} ${label}`).join(', ')}.`,
  )
  return formatSvg({
    width: columns * panelWidth,
    height: Math.ceil(curves.length / columns) * panelHeight,
    title: title.join(' '),
    parts: curves.map((curve, index) =>
      drawCurve(curve, {
        left: (index % columns) * panelWidth,
        top: Math.floor(index / columns) * panelHeight,
      }),
    ),
  })
}

/**
 * @param {Scenario} scenario
 * @param {readonly ScenarioResult[]} results
 * @returns {Curve | undefined}
 */
function curveOf(scenario, results) {
  const { curve, contestants } = scenario
  if (curve === undefined) return undefined
  const amounts = new Map(contestants.map(({ name }, index) => [name, curve.at[index]]))
  const names = contestants.map(({ name }) => name)
  const measured = measuredValues(scenario, results, { metric: curve.metric, contestants: names })
  const points = measured?.flatMap((one) => {
    const amount = amounts.get(one.name)
    return amount === undefined ? [] : [{ ...one, amount }]
  })
  return points && { title: curve.title, points }
}

/**
 * @param {Curve} curve
 * @param {{ left: number, top: number }} corner
 */
function drawCurve({ title, points }, { left, top }) {
  const across = scaleOf(
    points.map(({ amount }) => amount),
    { from: left + margin + sideWidth, to: left + panelWidth - margin - sideWidth, least: 0 },
  )
  const floor = top + panelHeight - axisHeight
  const up = scaleOf(
    points.map(({ value }) => value),
    { from: floor - margin, to: top + headingHeight + margin, least: leastDecades },
  )
  const places = points.map((point) => ({ ...point, x: across(point.amount), y: up(point.value) }))
  return [
    `<text class="heading" x="${left + margin}" y="${top + 24}">${escapeText(title)}</text>`,
    `<path class="grid" d="M${left + margin} ${floor}H${left + panelWidth - margin}"/>`,
    `<polyline class="line" points="${places.map(({ x, y }) => `${x},${y}`).join(' ')}"/>`,
    ...places.flatMap(({ name, label, x, y }) => [
      `<circle class="ours" cx="${x}" cy="${y}" r="4"/>`,
      `<text x="${x}" y="${y - 10}" text-anchor="middle">${escapeText(label)}</text>`,
      `<text class="faint" x="${x}" y="${floor + 18}" text-anchor="middle">${escapeText(name)}</text>`,
    ]),
  ].join('\n')
}

/**
 * Where values stand between two edges, by their logarithms; those that span less than `least` decades, in the middle of so many.
 *
 * @param {readonly number[]} values
 * @param {{ from: number, to: number, least: number }} edges
 * @returns {(value: number) => number}
 */
function scaleOf(values, { from, to, least }) {
  const logarithms = values.map((value) => Math.log10(value))
  const lowest = Math.min(...logarithms)
  const highest = Math.max(...logarithms)
  const decades = Math.max(highest - lowest, least, Number.EPSILON)
  const start = (lowest + highest - decades) / 2
  return (value) => Math.round(from + ((Math.log10(value) - start) / decades) * (to - from))
}
