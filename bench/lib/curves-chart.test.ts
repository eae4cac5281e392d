import { describe, expect, it } from 'vitest'
import { formatCurves } from './curves-chart.mjs'
import { metrics, type Scenario } from './scenario.mjs'

const amounts = [1, 10, 100]
const scenario: Scenario = {
  name: 'test',
  title: 'Test',
  metrics: [metrics.cpu],
  contestants: amounts.map((amount) => ({
    name: `${amount} & more`,
    role: 'ours',
    run: async () => ({}),
  })),
  goals: [],
  curve: { title: 'Seconds', metric: 'cpuSeconds', at: amounts },
}

function resultOf(values: readonly number[]) {
  const rows = values.map((cpuSeconds, index) => ({
    name: `${amounts[index]} & more`,
    role: 'ours' as const,
    medians: { cpuSeconds },
    samples: [],
  }))
  return { name: 'test', measuredAt: '', rows, verdicts: [] }
}

function pointsOf(svg: string): { x: number; y: number }[] {
  const circles = svg.matchAll(/<circle .*?cx="(\d+)" cy="(\d+)"/g)
  return Array.from(circles, ([, x, y]) => ({ x: Number(x), y: Number(y) }))
}

describe('the curves', () => {
  it('stand at the same height where the cost stays the same, and as far apart as the amounts’ logarithms', () => {
    const [first, second, third] = pointsOf(formatCurves([scenario], [resultOf([2, 2, 2])]))
    expect(new Set([first?.y, second?.y, third?.y]).size).toBe(1)
    expect((third?.x ?? 0) - (second?.x ?? 0)).toBeCloseTo((second?.x ?? 0) - (first?.x ?? 0), -1)
  })

  it('rise where the cost grows', () => {
    const [first, second, third] = pointsOf(formatCurves([scenario], [resultOf([1, 3, 9])]))
    expect(second?.y).toBeLessThan(first?.y ?? 0)
    expect(third?.y).toBeLessThan(second?.y ?? 0)
  })

  it('tell in words what they show', () => {
    const svg = formatCurves([scenario], [resultOf([1, 2, 3])])
    expect(svg).toContain(
      '<title>Seconds: 1 &amp; more 1, 10 &amp; more 2, 100 &amp; more 3.</title>',
    )
  })

  it('leave out what was not measured', () => {
    expect(formatCurves([scenario], [])).not.toContain('<circle')
    expect(pointsOf(formatCurves([scenario], [resultOf([1])]))).toHaveLength(1)
  })
})
