import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createInterruption } from './interruption.ts'

describe('createInterruption', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'aborts at %s, takes its repetition by npm, and leaves those that follow to the system',
    (signal) => {
      const others = process.listenerCount(signal)
      const interruption = createInterruption()
      expect(interruption.aborted).toBe(false)
      process.emit(signal)
      expect(interruption.aborted).toBe(true)
      vi.advanceTimersByTime(100)
      expect(process.listenerCount(signal)).toBe(others + 1)
      process.emit(signal)
      vi.advanceTimersByTime(400)
      expect(process.listenerCount(signal)).toBe(others)
    },
  )

  it('calls back at the second, and leaves the third to the system', () => {
    const others = process.listenerCount('SIGINT')
    const onSecond = vi.fn<() => void>()
    createInterruption(onSecond)
    for (const calls of [0, 0, 1, 1]) {
      expect(process.listenerCount('SIGINT')).toBe(others + 1)
      process.emit('SIGINT')
      expect(onSecond).toHaveBeenCalledTimes(calls)
      vi.advanceTimersByTime(300)
    }
    vi.advanceTimersByTime(300)
    expect(process.listenerCount('SIGINT')).toBe(others)
  })
})
