import { describe, expect, it } from 'vitest'
import { explainAnswer, explainFailure, isPassing } from './failure-reason.ts'

describe('explainFailure', () => {
  it.each([
    [600001, 'upload fail:-2:net::ERR_FAILED', 'unreachable'],
    [5, 'timeout', 'timeout'],
    [1300002, 'file not found', 'file-gone'],
    [1300005, 'file changed during upload', 'file-changed'],
    [1300005, 'file cannot be read', 'file-unreadable'],
    [1300013, 'permission denied', 'file-unreadable'],
    [602300, 'response exceeds 10 bytes', 'other'],
  ])('takes errno %i, %j for %s', (errno, detail, code) => {
    expect(explainFailure({ errno, errMsg: `uploadFile:fail ${detail}` }, true)).toEqual({
      code,
      detail,
    })
  })

  it('blames the network of a computer that is offline', () => {
    const failure = { errno: 600001, errMsg: 'uploadFile:fail upload fail:-106' }
    expect(explainFailure(failure, false).code).toBe('offline')
  })
})

describe('explainAnswer', () => {
  it.each([
    [413, 'too-large'],
    [507, 'storage-full'],
    [503, 'busy'],
    [408, 'too-slow'],
    [403, 'forbidden'],
    [415, 'not-accepted'],
    [502, 'unreachable'],
    [500, 'server-failed'],
  ])('takes status %i for %s', (status, code) => {
    expect(explainAnswer(status, '').code).toBe(code)
  })

  it.each([
    ['{"title":"The upload is over a limit","detail":"201 MiB"}', '201 MiB'],
    ['{"title":"The upload is over a limit"}', 'The upload is over a limit'],
    ['<html>Request Entity Too Large</html>', 'HTTP 413'],
    ['null', 'HTTP 413'],
    ['{"detail":3}', 'HTTP 413'],
  ])('says of the body %s: %s', (body, detail) => {
    expect(explainAnswer(413, body).detail).toBe(detail)
  })
})

describe('isPassing', () => {
  it('is true of what the server may take once it is back', () => {
    const codes = ['offline', 'unreachable', 'busy', 'too-large', 'file-gone'] as const
    expect(codes.filter((code) => isPassing({ code }))).toEqual(['offline', 'unreachable', 'busy'])
  })
})
