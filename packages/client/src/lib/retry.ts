import type { HeadersReceived } from './api.ts'

/** The longest wait before the second try; it doubles with each that follows. */
const baseDelayMs = 1000

/** The bound of that, and of what a server may ask for. */
const maxDelayMs = 30_000

/** How a try has ended: with an answer, or without. */
export type TryEnd = { readonly headers: HeadersReceived } | { readonly error: unknown }

/** When it has ended. */
export interface RetryMoment {
  /** How many tries have been made, this one included. */
  readonly tries: number
  /** What is left of the upload's time. */
  readonly remainingMs: number
  /** Milliseconds since the epoch. */
  readonly nowMs: number
  /** At least 0, and less than 1. */
  readonly random: number
}

/** How long to wait before the next try; undefined: what came is final. No clock and no chance in it. [U-29] */
export function retryDelayMs(
  end: TryEnd,
  times: number,
  { tries, remainingMs, nowMs, random }: RetryMoment,
): number | undefined {
  if (!(tries <= times)) return undefined
  let askedMs = 0
  if ('headers' in end) {
    const { statusCode, header } = end.headers
    if (![429, 502, 503, 504].includes(statusCode)) return undefined
    askedMs = readRetryAfter(header, nowMs)
  } else if (!mayPass(end.error)) {
    return undefined
  }
  // Anywhere below the bound, so that those who failed together do not come back together.
  const delayMs = askedMs + random * Math.min(maxDelayMs, baseDelayMs * 2 ** (tries - 1))
  return askedMs > maxDelayMs || delayMs >= remainingMs ? undefined : delayMs
}

/**
 * A certificate stays what it is, and so does a server that speaks no TLS, or has a giant header.
 *
 * It knows an UploadError by what that has, and not by its class: what a page loads late shares no module with the rest, or a
 * bundler would have to part that in two.
 */
function mayPass(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'network' &&
    'detail' in error &&
    !/^-(?:107|2..|325):/.test(String(error.detail))
  )
}

/** What the server asks for: seconds, or a date. Nothing, where it is neither. [RFC 9110 §10.2.3] */
function readRetryAfter(header: HeadersReceived['header'], nowMs: number): number {
  const [, asked = ''] =
    Object.entries(header).find(([name]) => name.toLowerCase() === 'retry-after') ?? []
  return Math.max(0, Number(asked) * 1000 || Date.parse(asked) - nowMs || 0)
}
