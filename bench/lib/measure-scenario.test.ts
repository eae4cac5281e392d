import { describe, expect, it, onTestFinished } from 'vitest'
import { ratio } from './goals.mjs'
import { measureScenario, medianSample } from './measure-scenario.mjs'
import { metrics } from './scenario.mjs'
import { Workbench } from './workbench.mjs'

async function openBench({ quick = false } = {}): Promise<Workbench> {
  const bench = await Workbench.open({ quick })
  onTestFinished(() => bench.close())
  return bench
}

function ignore(): void {}

describe('a scenario', () => {
  it('is measured in turns, so that what else the machine does meets everybody', async () => {
    const turns: string[] = []
    const contestant = (name: string, samples: number[]) => ({
      name,
      role: 'peer' as const,
      run: async () => {
        turns.push(name)
        return { wallSeconds: samples.shift() ?? 0 }
      },
    })
    const scenario = {
      name: 'test',
      title: 'Test',
      metrics: [metrics.wall],
      contestants: [contestant('a', [3, 1, 2]), contestant('b', [8, 4, 6])],
      goals: [ratio(metrics.wall, { of: 'a', versus: 'b', most: 0.5 })],
      runs: 3,
    }
    const { rows, verdicts } = await measureScenario(scenario, await openBench(), ignore)
    expect(turns).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
    expect(rows.map(({ medians }) => medians['wallSeconds'])).toEqual([2, 6])
    expect(verdicts).toMatchObject([{ isMet: true }])
  })

  it('has the slow ones take fewer turns', async () => {
    const run = async () => ({ wallSeconds: 1 })
    const scenario = {
      name: 'test',
      title: 'Test',
      metrics: [metrics.wall],
      contestants: [
        { name: 'a', role: 'peer' as const, run },
        { name: 'b', role: 'peer' as const, run, runs: 3 },
      ],
      goals: [],
    }
    const { rows } = await measureScenario(scenario, await openBench(), ignore)
    expect(rows).toMatchObject([{ samples: { length: 5 } }, { samples: { length: 3 } }])
  })

  it('goes on without a contestant that fails, and judges no goal by what it did before', async () => {
    let runs = 0
    const scenario = {
      name: 'test',
      title: 'Test',
      metrics: [metrics.wall],
      contestants: [
        {
          name: 'a',
          role: 'peer' as const,
          run: async () => {
            runs += 1
            if (runs === 2) throw new Error('no')
            return { wallSeconds: 1 }
          },
        },
        { name: 'b', role: 'peer' as const, run: async () => ({ wallSeconds: 2 }) },
      ],
      goals: [ratio(metrics.wall, { of: 'a', versus: 'b', most: 1 })],
    }
    const { rows, verdicts } = await measureScenario(scenario, await openBench(), ignore)
    expect(runs).toBe(2)
    expect(rows).toMatchObject([{ failure: 'no' }, { samples: { length: 5 } }])
    expect(verdicts).toEqual([])
  })

  it('runs once, without those that take long, when it is to be quick', async () => {
    const scenario = {
      name: 'test',
      title: 'Test',
      metrics: [metrics.wall],
      contestants: [
        { name: 'a', role: 'ours' as const, run: async () => ({ wallSeconds: 1 }) },
        { name: 'b', role: 'peer' as const, run: async () => ({}), notWhenQuick: true },
        { name: 'c', role: 'peer' as const, run: async () => ({}), isPossible: () => false },
      ],
      goals: [],
    }
    const { rows } = await measureScenario(scenario, await openBench({ quick: true }), ignore)
    expect(rows).toMatchObject([{ name: 'a', samples: { length: 1 } }])
  })
})

describe('medianSample', () => {
  it('takes the median of each number by itself, of those that have it', () => {
    const samples = [{ a: 1, b: 9 }, { a: 3 }, { a: 2, b: 5 }]
    expect(medianSample(samples)).toEqual({ a: 2, b: 5 })
  })
})
