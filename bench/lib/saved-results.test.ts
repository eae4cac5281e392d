import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { allScenarios } from '../scenarios/all-scenarios.mjs'
import { formatChart } from './chart.mjs'
import { formatCurves } from './curves-chart.mjs'
import {
  chartFile,
  curvesFile,
  docsFile,
  formatTables,
  insertTables,
  readResults,
} from './saved-results.mjs'

describe('docs/performance.md', () => {
  it('has the tables and the charts of bench/results.json', async () => {
    const saved = await readResults()
    if (saved === undefined) throw new Error('there are no results')
    const docs = await readFile(docsFile, 'utf8')
    expect(insertTables(docs, formatTables(allScenarios, saved))).toBe(docs)
    expect(await readFile(chartFile, 'utf8')).toBe(formatChart(allScenarios, saved.scenarios))
    expect(await readFile(curvesFile, 'utf8')).toBe(formatCurves(allScenarios, saved.scenarios))
  })
})

describe('insertTables', () => {
  it('changes nothing but the tables', () => {
    const begin = '<!-- What follows is written by npm run bench. -->'
    const end = '<!-- To here. -->'
    const docs = `before\n${begin}\nold\n${end}\nafter\n`
    expect(insertTables(docs, 'new')).toBe(`before\n${begin}\n\nnew\n\n${end}\nafter\n`)
  })
})
