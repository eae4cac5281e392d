import type { S3ClientConfig } from '@aws-sdk/client-s3'

const maxRetries = 5
const firstPauseMs = 100

/**
 * Asks a store again that refused for a moment or was out of reach, five times within some three seconds. The SDK's own strategy stops
 * asking after a hundred failures of all requests together: in an outage of a second, uploads would fail that could have waited.
 */
export const retryStrategy: NonNullable<S3ClientConfig['retryStrategy']> = {
  async acquireInitialRetryToken() {
    return createToken(0)
  },
  async refreshRetryTokenForRetry(token, { error, errorType }) {
    const retries = token.getRetryCount()
    const mayPass = errorType === 'THROTTLING' || errorType === 'TRANSIENT'
    if (!mayPass || retries === maxRetries) throw error ?? new Error('the store refused')
    return createToken(retries + 1)
  },
  recordSuccess() {},
}

function createToken(retries: number): { getRetryCount(): number; getRetryDelay(): number } {
  // Those that failed together need not come back together.
  const pauseMs = retries === 0 ? 0 : firstPauseMs * 2 ** (retries - 1) * (0.5 + Math.random() / 2)
  return { getRetryCount: () => retries, getRetryDelay: () => pauseMs }
}
