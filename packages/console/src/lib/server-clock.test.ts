import { describe, expect, it } from 'vitest'
import { readServerClock, serverAheadMs } from './server-clock.ts'

/** An answer of a server whose clock is so far ahead. */
function answerAt(aheadMs: number): Pick<Response, 'headers'> {
  return { headers: new Headers({ Date: new Date(Date.now() + aheadMs).toUTCString() }) }
}

describe('readServerClock', () => {
  it.each([3_600_000, -3_600_000])('finds a clock that is %i ms ahead', (aheadMs) => {
    readServerClock(answerAt(aheadMs))
    expect(Math.abs(serverAheadMs.value - aheadMs)).toBeLessThan(5000)
  })

  it('takes a clock that is about right as right, and keeps what it knows where no time is told', () => {
    readServerClock(answerAt(1000))
    expect(serverAheadMs.value).toBe(0)
    readServerClock({ headers: new Headers() })
    expect(serverAheadMs.value).toBe(0)
  })
})
