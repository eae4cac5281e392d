import { describe, expect, it } from 'vitest'
import { sentFraction, stepPhase, type UploadEvent, type UploadPhase } from './upload-phase.ts'

const waiting: UploadPhase = { kind: 'waiting' }

function run(...events: UploadEvent[]): UploadPhase {
  return events.reduce(stepPhase, waiting)
}

const started: UploadEvent = { type: 'started' }
const half: UploadEvent = { type: 'progress', sentBytes: 50, totalBytes: 100 }
const all: UploadEvent = { type: 'progress', sentBytes: 100, totalBytes: 100 }
const stored: UploadEvent = { type: 'answered', statusCode: 200, body: '{}' }
const aborted: UploadEvent = {
  type: 'failed',
  errno: 1,
  errMsg: 'uploadFile:fail abort',
  isOnline: true,
}
const broken: UploadEvent = {
  type: 'failed',
  errno: 600001,
  errMsg: 'uploadFile:fail upload fail:-2:net::ERR_FAILED',
  isOnline: true,
}

describe('stepPhase', () => {
  it('goes from waiting to connecting, sending, processing and done', () => {
    expect(run(started).kind).toBe('connecting')
    expect(run(started, half)).toEqual({ kind: 'sending', sentBytes: 50, totalBytes: 100 })
    expect(run(started, half, all).kind).toBe('processing')
    expect(run(started, half, all, stored).kind).toBe('done')
  })

  it('stays connecting while nothing has been sent', () => {
    expect(run(started, { type: 'progress', sentBytes: 0, totalBytes: 100 }).kind).toBe(
      'connecting',
    )
  })

  it('takes any answer of 400 and above for a failure, and any other for done', () => {
    expect(run(started, { type: 'answered', statusCode: 399, body: '' }).kind).toBe('done')
    expect(run(started, { type: 'answered', statusCode: 400, body: '' })).toEqual({
      kind: 'failed',
      reason: { code: 'not-accepted', detail: 'HTTP 400' },
    })
  })

  it('tells an abort from a failure', () => {
    expect(run(aborted).kind).toBe('aborted')
    expect(run(started, half, broken)).toMatchObject({
      kind: 'failed',
      reason: { code: 'unreachable' },
    })
  })

  it.each([stored, aborted, broken])('changes nothing after the end, %#', (end) => {
    const settled = run(started, end)
    for (const event of [started, half, all, stored, aborted, broken])
      expect(stepPhase(settled, event)).toBe(settled)
  })

  it('begins anew when it is queued after the end, and only then', () => {
    expect(run(started, broken, { type: 'queued' })).toEqual(waiting)
    expect(run(started, half, { type: 'queued' }).kind).toBe('sending')
  })
})

describe('sentFraction', () => {
  it('is what has been sent, whole while the answer is waited for, and nothing after a failure', () => {
    expect(sentFraction(run(started))).toBe(0)
    expect(sentFraction(run(started, half))).toBe(0.5)
    expect(sentFraction(run(started, all))).toBe(1)
    expect(sentFraction(run(started, half, broken))).toBe(0)
  })
})
