import { describe, expect, it } from 'vitest'
import { parseConformanceOptions, parseServingAddress } from './conformance-options.mjs'

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

  it('name an address at which the suite is served', () => {
    expect(parseServingAddress(['--serve', '192.168.1.5'])).toBe('192.168.1.5')
    expect(parseServingAddress(['--ours'])).toBeUndefined()
    for (const args of [
      ['--serve', 'somewhere'],
      ['--serve', '127.0.0.1', '--json'],
    ]) {
      expect(() => parseServingAddress(args)).toThrow('Usage: npm run conformance')
    }
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
