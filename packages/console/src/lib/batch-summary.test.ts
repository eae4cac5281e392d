import { describe, expect, it } from 'vitest'
import { summarizeBatch } from './batch-summary.ts'

const failed = { kind: 'failed', reason: { code: 'other' } } as const

describe('summarizeBatch', () => {
  it('counts files and bytes, of a failed one as of one that need not be sent any more', () => {
    const summary = summarizeBatch([
      { sizeBytes: 100, phase: { kind: 'done' } },
      { sizeBytes: 100, phase: { kind: 'sending', sentBytes: 60, totalBytes: 120 } },
      { sizeBytes: 100, phase: { kind: 'waiting' } },
      { sizeBytes: 100, phase: failed },
    ])
    expect(summary).toEqual({
      files: 4,
      doneFiles: 1,
      failedFiles: 1,
      openFiles: 2,
      totalBytes: 400,
      settledBytes: 250,
      fraction: 0.625,
    })
  })

  it('leaves out what was aborted', () => {
    const summary = summarizeBatch([
      { sizeBytes: 100, phase: { kind: 'aborted' } },
      { sizeBytes: 100, phase: { kind: 'done' } },
    ])
    expect(summary).toMatchObject({ files: 1, totalBytes: 100, fraction: 1 })
  })

  it('goes by the number of files where all are empty', () => {
    const summary = summarizeBatch([
      { sizeBytes: 0, phase: { kind: 'done' } },
      { sizeBytes: 0, phase: { kind: 'waiting' } },
    ])
    expect(summary.fraction).toBe(0.5)
    expect(summarizeBatch([]).fraction).toBe(0)
  })
})
