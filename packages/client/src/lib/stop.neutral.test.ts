import { describe, expect, it } from 'vitest'
import { Stop, toAbortSignal } from './stop.ts'

describe('a Stop', () => {
  it('tells once each of those who listen still', () => {
    const stop = new Stop()
    const told: string[] = []
    const leaving = (): void => void told.push('who has left')
    stop.addEventListener('abort', () => {
      told.push(`first, ${stop.aborted}`)
      stop.removeEventListener('abort', leaving)
    })
    stop.addEventListener('abort', leaving)
    stop.addEventListener('abort', () => void told.push('last'))
    expect(stop.aborted).toBe(false)
    stop.abort()
    stop.abort()
    expect(told).toEqual(['first, true', 'last'])
  })
})

describe('the AbortSignal of a stop', () => {
  it('aborts with it, and never before', () => {
    const stop = new Stop()
    const signal = toAbortSignal(stop)
    expect(signal.aborted).toBe(false)
    stop.abort()
    expect(signal.aborted).toBe(true)
    expect(signal.reason).toMatchObject({ name: 'AbortError' })
  })

  it('has aborted where it has', () => {
    const stop = new Stop()
    stop.abort()
    expect(toAbortSignal(stop).aborted).toBe(true)
  })
})
