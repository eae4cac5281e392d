import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HeadersReceived, RequestProfile } from './api.ts'
import { UploadError } from './errors.ts'
import { type Effect, initialState, type Signal, step, type UploadState } from './upload-state.ts'

const headers: HeadersReceived = { header: { A: '1' }, statusCode: 200, cookies: [] }
// The state machine hands the profile through and never looks into it.
const profile = { protocol: 'http1.1' } as RequestProfile
const error = new UploadError('abort')

const signals = {
  started: { type: 'started', totalBytes: 10 },
  sent: { type: 'sent', bytes: 5, atMs: 0 },
  headers: { type: 'headers', headers },
  body: { type: 'body', data: 'ok', profile },
  failed: { type: 'failed', error },
} as const satisfies Record<Signal['type'], Signal>

const states = {
  waiting: initialState,
  sending: { phase: 'sending', sentBytes: 0, totalBytes: 10, lastProgressAtMs: -Infinity },
  receiving: { phase: 'receiving', headers },
  settled: { phase: 'settled' },
} as const satisfies Record<UploadState['phase'], UploadState>

/** What each signal does in each state: the phase after it, and the effects. */
const table: Record<UploadState['phase'], Record<Signal['type'], [string, ...Effect['type'][]]>> = {
  waiting: {
    started: ['sending'],
    sent: ['waiting'],
    headers: ['waiting'],
    body: ['waiting'],
    failed: ['settled', 'settle'],
  },
  sending: {
    started: ['sending'],
    sent: ['sending', 'progress'],
    headers: ['receiving', 'headersReceived'],
    body: ['sending'],
    failed: ['settled', 'settle'],
  },
  receiving: {
    started: ['receiving'],
    sent: ['receiving'],
    headers: ['receiving'],
    body: ['settled', 'settle'],
    failed: ['settled', 'settle'],
  },
  settled: {
    started: ['settled'],
    sent: ['settled'],
    headers: ['settled'],
    body: ['settled'],
    failed: ['settled'],
  },
}

function run(given: readonly Signal[], state: UploadState = initialState) {
  const effects: Effect[] = []
  for (const signal of given) {
    const [next, out] = step(state, signal)
    state = next
    effects.push(...out)
  }
  return { state, effects }
}

function progressOf(given: readonly Signal[]) {
  return run(given).effects.flatMap((effect) =>
    effect.type === 'progress' ? [effect.progress.progress] : [],
  )
}

describe('the life of an upload', () => {
  for (const state of Object.values(states)) {
    for (const signal of Object.values(signals)) {
      const [phase, ...effects] = table[state.phase][signal.type]
      it(`U-03 ${signal.type} while ${state.phase}: ${phase}, ${effects.join() || 'no effect'}`, () => {
        const [next, out] = step(state, signal)
        expect([next.phase, ...out.map((effect) => effect.type)]).toEqual([phase, ...effects])
      })
    }
  }

  it('U-20 any status is a success, with the header of the response and its body', () => {
    const { effects } = run([signals.started, signals.headers, signals.body])
    expect(effects.at(-1)).toEqual({
      type: 'settle',
      outcome: { data: 'ok', ...headers, profile, errMsg: 'uploadFile:ok' },
    })
  })

  it('U-23 progress is a whole percent, rounded down, and totals have both names', () => {
    const { effects } = run([
      { type: 'started', totalBytes: 3 },
      { type: 'sent', bytes: 2, atMs: 0 },
    ])
    expect(effects).toEqual([
      {
        type: 'progress',
        progress: {
          progress: 66,
          totalBytesSent: 2,
          totalBytesExpectedToSend: 3,
          totalBytesWritten: 2,
          totalBytesExpectedToWrite: 3,
        },
      },
    ])
  })

  it('U-23 progress is exact where it is whole', () => {
    for (let percent = 1; percent <= 100; percent += 1) {
      const sent: Signal = { type: 'sent', bytes: percent, atMs: 0 }
      expect(progressOf([{ type: 'started', totalBytes: 100 }, sent])).toEqual([percent])
    }
  })

  it('U-23 events within 50 ms of the last one are left out, but never the last byte', () => {
    const sent = (bytes: number, atMs: number): Signal => ({ type: 'sent', bytes, atMs })
    expect(
      progressOf([
        signals.started,
        sent(1, 0),
        sent(2, 49),
        sent(3, 50),
        sent(9, 99),
        sent(10, 99),
      ]),
    ).toEqual([10, 30, 100])
  })

  it('U-23 the count starts over when the request is sent again', () => {
    const sent = (bytes: number): Signal => ({ type: 'sent', bytes, atMs: 0 })
    expect(progressOf([signals.started, sent(9), signals.started, sent(1), sent(10)])).toEqual([
      90, 10, 100,
    ])
  })

  it('U-23 nothing is reported as sent after an early answer', () => {
    expect(
      progressOf([signals.started, signals.headers, { type: 'sent', bytes: 10, atMs: 1 }]),
    ).toEqual([])
  })
})

const anySignal: fc.Arbitrary<Signal> = fc.oneof(
  fc.record({
    type: fc.constant('started' as const),
    totalBytes: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({
    type: fc.constant('sent' as const),
    bytes: fc.integer({ min: 0, max: 250 }),
    atMs: fc.double({ min: 0, max: 1000, noNaN: true }),
  }),
  fc.constant<Signal>(signals.headers),
  fc.constant<Signal>(signals.body),
  fc.constant<Signal>(signals.failed),
)

describe('no sequence of signals', () => {
  // Weighted so that long runs without an end are common.
  const sequence = fc.array(anySignal, { maxLength: 60, size: 'max' })

  it('U-03 ends a task twice, or does anything after the end', () => {
    fc.assert(
      fc.property(sequence, (given) => {
        const types = run(given).effects.map((effect) => effect.type)
        const end = types.indexOf('settle')
        expect(end === -1 || end === types.length - 1).toBe(true)
      }),
    )
  })

  it('U-23 makes progress go backwards, reports 100 twice, or anything after the headers', () => {
    fc.assert(
      fc.property(sequence, (given) => {
        let last = 0
        let isHeadersSeen = false
        let state: UploadState = initialState
        for (const signal of given) {
          const [next, effects] = step(state, signal)
          if (signal.type === 'started' && next !== state) last = 0
          state = next
          for (const effect of effects) {
            if (effect.type === 'headersReceived') {
              expect(isHeadersSeen).toBe(false)
              isHeadersSeen = true
            }
            if (effect.type !== 'progress') continue
            const { progress, totalBytesSent, totalBytesExpectedToSend } = effect.progress
            expect(isHeadersSeen).toBe(false)
            expect(totalBytesSent).toBeGreaterThan(last)
            expect(totalBytesSent).toBeLessThanOrEqual(totalBytesExpectedToSend)
            expect(progress === 100).toBe(totalBytesSent === totalBytesExpectedToSend)
            last = totalBytesSent
          }
        }
      }),
    )
  })

  it('U-26 goes on after an abort', () => {
    fc.assert(
      fc.property(sequence, sequence, (before, after) => {
        const { state } = run([...before, signals.failed])
        expect(run(after, state)).toEqual({ state: { phase: 'settled' }, effects: [] })
      }),
    )
  })
})
