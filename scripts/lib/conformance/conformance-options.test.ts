import { describe, expect, it } from 'vitest'
import { parseConformanceOptions } from './conformance-options.mjs'

describe('the options of npm run conformance', () => {
  it('try every host of the table by default', () => {
    expect(parseConformanceOptions([])).toEqual({
      runsIn: 'Node.js',
      isOursAlone: false,
      isJson: false,
    })
  })

  it('name a host of the caller’s, where it runs, and cases', () => {
    const args = ['--host', 'my-host.ts', '--in', 'page', '--only', 'timeout,reset', '--json']
    expect(parseConformanceOptions(args)).toEqual({
      host: 'my-host.ts',
      runsIn: 'Chromium',
      isOursAlone: false,
      only: ['timeout', 'reset'],
      isJson: true,
    })
  })

  it('compare the tables of the READMEs, or write them', () => {
    expect(parseConformanceOptions(['--check', '--ours'])).toMatchObject({ table: 'check' })
    expect(parseConformanceOptions(['--write'])).toMatchObject({ table: 'write' })
  })

  it('say how the command is used where they make no sense', () => {
    for (const args of [
      ['--help'],
      ['--nonsense'],
      ['--in', 'space'],
      ['--write', '--ours'],
      ['--check', '--only', 'timeout'],
      ['--write', '--host', 'my-host.ts'],
    ]) {
      expect(() => parseConformanceOptions(args)).toThrow('Usage: npm run conformance')
    }
  })
})
