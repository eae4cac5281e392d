import { describe, expect, it } from 'vitest'
import { networkError, type NetError, UploadError, type FailureCode } from './errors.ts'
import { type RetryMoment, retryDelayMs, type TryEnd } from './retry.ts'

const times = 3
const nowMs = Date.UTC(2026, 0, 1)
const first: RetryMoment = { tries: 1, remainingMs: 60_000, nowMs, random: 0.5 }

const refused: TryEnd = { error: networkError('-102:net::ERR_CONNECTION_REFUSED') }

function answer(statusCode: number, retryAfter?: string): TryEnd {
  const header: Record<string, string> =
    retryAfter === undefined ? {} : { 'RETRY-after': retryAfter }
  return { headers: { statusCode, header, cookies: [] } }
}

describe('whether to try again', () => {
  it('U-29 after 429, 502, 503 and 504, and after no other status', () => {
    const tried = Array.from({ length: 500 }, (_, index) => index + 100).filter(
      (statusCode) => retryDelayMs(answer(statusCode), times, first) !== undefined,
    )
    expect(tried).toEqual([429, 502, 503, 504])
  })

  it.each<NetError>([
    '-2:net::ERR_FAILED',
    '-100:net::ERR_CONNECTION_CLOSED',
    '-101:net::ERR_CONNECTION_RESET',
    '-102:net::ERR_CONNECTION_REFUSED',
    '-103:net::ERR_CONNECTION_ABORTED',
    '-105:net::ERR_NAME_NOT_RESOLVED',
    '-106:net::ERR_INTERNET_DISCONNECTED',
    '-109:net::ERR_ADDRESS_UNREACHABLE',
    '-118:net::ERR_CONNECTION_TIMED_OUT',
    '-321:net::ERR_INVALID_CHUNKED_ENCODING',
    '-324:net::ERR_EMPTY_RESPONSE',
    '-330:net::ERR_CONTENT_DECODING_FAILED',
    '-354:net::ERR_CONTENT_LENGTH_MISMATCH',
    '-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING',
    '-370:net::ERR_INVALID_HTTP_RESPONSE',
  ])('U-29 after %s', (netError) => {
    expect(retryDelayMs({ error: networkError(netError) }, times, first)).toBe(500)
  })

  it.each<NetError>([
    '-107:net::ERR_SSL_PROTOCOL_ERROR',
    '-200:net::ERR_CERT_COMMON_NAME_INVALID',
    '-201:net::ERR_CERT_DATE_INVALID',
    '-202:net::ERR_CERT_AUTHORITY_INVALID',
    '-206:net::ERR_CERT_REVOKED',
    '-325:net::ERR_RESPONSE_HEADERS_TOO_BIG',
  ])('U-29 not after %s, which the next try would meet too', (netError) => {
    expect(retryDelayMs({ error: networkError(netError) }, times, first)).toBeUndefined()
  })

  it.each<FailureCode>([
    'abort',
    'timeout',
    'interrupted',
    'parameter',
    'redirects',
    'sandbox',
    'domain',
    'url',
    'form-data',
    'response-too-large',
    'file-not-found',
    'file-unreadable',
    'file-changed',
    'file-permission',
    'file-is-directory',
    'file-not-regular',
    'not-supported',
  ])('U-29 not after %s', (code) => {
    expect(retryDelayMs({ error: new UploadError(code) }, times, first)).toBeUndefined()
  })

  it('U-29 not after what is no failure of an upload', () => {
    expect(retryDelayMs({ error: new TypeError('a bug') }, times, first)).toBeUndefined()
  })

  it('U-29 as many times as it says', () => {
    const tries = [1, 2, 3, 4, 5].filter(
      (tries) => retryDelayMs(refused, times, { ...first, tries }) !== undefined,
    )
    expect(tries).toEqual([1, 2, 3])
    for (const none of [0, -1, NaN]) {
      expect(retryDelayMs(refused, none, first)).toBeUndefined()
    }
  })

  it('U-29 not where the time of the upload would be over by then', () => {
    const moment = { ...first, random: 1 }
    expect(retryDelayMs(refused, times, { ...moment, remainingMs: 1001 })).toBe(1000)
    expect(retryDelayMs(refused, times, { ...moment, remainingMs: 1000 })).toBeUndefined()
    expect(retryDelayMs(answer(503, '59'), times, { ...moment, remainingMs: 59_000 })).toBe(
      undefined,
    )
    expect(retryDelayMs(refused, times, { ...moment, remainingMs: Infinity })).toBe(1000)
  })
})

describe('after how long', () => {
  it('U-29 somewhere between nothing and a bound that doubles each time', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 2000].map((tries) =>
      retryDelayMs(refused, Infinity, { ...first, tries, random: 1, remainingMs: Infinity }),
    )
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect(retryDelayMs(refused, times, { ...first, random: 0 })).toBe(0)
    expect(retryDelayMs(refused, times, { ...first, tries: 3, random: 0.25 })).toBe(1000)
  })

  it('U-29 not before the server asks for it, by seconds or by a date, and not all at once then', () => {
    for (const retryAfter of ['5', ' 5 ', 'Thu, 01 Jan 2026 00:00:05 GMT']) {
      expect(retryDelayMs(answer(503, retryAfter), times, { ...first, random: 0 })).toBe(5000)
      expect(retryDelayMs(answer(429, retryAfter), times, first)).toBe(5500)
    }
  })

  it('U-29 as if nothing were asked for where that is in the past or no time', () => {
    for (const retryAfter of [
      '0',
      'Wed, 31 Dec 2025 23:59:59 GMT',
      '-5',
      '5, 5',
      'soon',
      'GMT',
      '',
    ]) {
      expect(retryDelayMs(answer(503, retryAfter), times, first)).toBe(500)
    }
  })

  it('U-29 not at all where the server asks for more than the bound', () => {
    expect(retryDelayMs(answer(503, '30'), times, { ...first, random: 0 })).toBe(30_000)
    for (const retryAfter of ['31', '99999999999999999999', 'Thu, 01 Jan 2026 00:00:31 GMT']) {
      const moment = { ...first, remainingMs: Infinity }
      expect(retryDelayMs(answer(503, retryAfter), times, moment)).toBeUndefined()
    }
  })
})
