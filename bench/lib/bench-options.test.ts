import { describe, expect, it } from 'vitest'
import { chooseScenarios, parseBenchOptions } from './bench-options.mjs'

const scenarios = [
  { name: 'client-large' },
  { name: 'client-small' },
  { name: 'parser' },
  { name: 's3', onlyWhenAsked: true },
]

function chosen(...only: string[]): string[] {
  return chooseScenarios(scenarios, only).map(({ name }) => name)
}

describe('npm run bench', () => {
  it('runs all that needs not be asked for', () => {
    expect(chosen()).toEqual(['client-large', 'client-small', 'parser'])
  })

  it('runs those that --only names, or what begins so', () => {
    expect(chosen('s3')).toEqual(['s3'])
    expect(chosen('parser', 'client-')).toEqual(['client-large', 'client-small', 'parser'])
    expect(parseBenchOptions(['--only', 'a,b', '--only', 'c']).only).toEqual(['a', 'b', 'c'])
  })

  it('says what there is where --only names what is not', () => {
    expect(() => chosen('cli')).toThrow('There is no scenario "cli": there are client-large,')
  })

  it('keeps the results of a run of everything, and others where it is told to', () => {
    expect(parseBenchOptions([]).save).toBe(true)
    expect(parseBenchOptions(['--only', 'parser']).save).toBe(false)
    expect(parseBenchOptions(['--only', 'parser', '--save']).save).toBe(true)
    expect(parseBenchOptions(['--quick']).save).toBe(false)
    expect(() => parseBenchOptions(['--quick', '--save'])).toThrow('nothing to keep')
  })

  it('says how it is used where it does not understand', () => {
    expect(() => parseBenchOptions(['--fast'])).toThrow('Usage: npm run bench')
  })
})
