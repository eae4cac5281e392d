import { describe, expect, it } from 'vitest'
import { formatChart } from './chart.mjs'
import { metrics } from './scenario.mjs'

const scenario = {
  name: 'test',
  title: 'Test',
  metrics: [metrics.wall],
  contestants: [],
  goals: [],
  chart: { title: 'Seconds', metric: 'wallSeconds', contestants: ['ours', 'a < b', 'absent'] },
}

function row(name: string, role: 'ours' | 'peer', wallSeconds: number) {
  return { name, role, medians: { wallSeconds }, samples: [] }
}

const rows = [row('ours', 'ours', 1), row('a < b', 'peer', 4)]
const result = { name: 'test', measuredAt: '', rows, verdicts: [] }

describe('the chart', () => {
  it('has a bar for each contestant that was measured, as long as its median', () => {
    const chart = formatChart([scenario], [result])
    const lengths = Array.from(chart.matchAll(/<rect .*?width="(\d+)"/g), ([, length]) => length)
    expect(lengths).toHaveLength(2)
    expect(Number(lengths[1]) / Number(lengths[0])).toBeCloseTo(4, 1)
  })

  it('escapes names, and tells in words what it shows', () => {
    const chart = formatChart([scenario], [result])
    expect(chart).toContain('<title>Seconds: ours 1, a &lt; b 4.</title>')
    expect(chart).not.toContain('a < b')
  })

  it('follows the colour scheme of its reader', () => {
    expect(formatChart([scenario], [result])).toContain('prefers-color-scheme: dark')
  })

  it('leaves out what was not measured', () => {
    expect(formatChart([scenario], [])).not.toContain('<rect')
  })
})
