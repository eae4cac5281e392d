/** Bytes a second over the last minute, one value for each step of time, oldest first. */
export type RateHistory = readonly number[]

/** How long one value of the history stands for, in milliseconds. */
export const stepMs = 500

const steps = 120

/** The history of a server that nothing arrives at. */
export const emptyHistory: RateHistory = Array.from({ length: steps }, () => 0)

/** The history one step later. */
export function advanceHistory(history: RateHistory, bytesPerSecond: number): RateHistory {
  return [...history.slice(1), bytesPerSecond]
}

/** Whether nothing has arrived in the whole minute. */
export function isQuiet(history: RateHistory): boolean {
  return history.every((value) => value === 0)
}

/** The highest value; `now`, the rate since the last step, where that is higher. */
export function peakOf(history: RateHistory, now = 0): number {
  return Math.max(now, ...history)
}

/** The size of a chart in its own units. */
export interface ChartSize {
  readonly width: number
  readonly height: number
}

/** The line of the chart as SVG path data: the peak touches the top, zero lies on the bottom. */
export function drawLine(history: RateHistory, { width, height }: ChartSize): string {
  const peak = Math.max(peakOf(history), 1)
  const points = history.map((value, index) => {
    const x = (index / (history.length - 1)) * width
    return `${round(x)},${round(height - (value / peak) * height)}`
  })
  return `M${points.join('L')}`
}

/** The area below that line. */
export function drawArea(history: RateHistory, size: ChartSize): string {
  return `${drawLine(history, size)}L${size.width},${size.height}L0,${size.height}Z`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
