import { S3ServiceException } from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { ReceiverError } from '../../problem/errors.ts'
import { s3Error } from './s3-errors.ts'

describe('s3Error', () => {
  it.each([
    ['QuotaExceeded', 403, 'storage-full', 'Writing failed: QuotaExceeded'],
    ['InsufficientCapacity', 507, 'storage-full', 'Writing failed: InsufficientCapacity'],
    ['XMinioStorageFull', 507, 'storage-full', 'Writing failed: XMinioStorageFull'],
    ['EntityTooLarge', 400, 'storage-full', 'Writing failed: EntityTooLarge'],
    ['UnknownError', 507, 'storage-full', 'Writing failed: status 507'],
    ['AccessDenied', 403, 'storage-unavailable', 'Writing failed: AccessDenied'],
    ['NoSuchBucket', 404, 'storage-unavailable', 'Writing failed: NoSuchBucket'],
    ['SlowDown', 503, 'storage-unavailable', 'Writing failed: SlowDown'],
    ['SomethingNew', 502, 'storage-unavailable', 'Writing failed: SomethingNew'],
    ['SomethingNew', 400, 'internal', 'Writing failed: SomethingNew'],
  ])('R-03 makes of %s with %d a %s', (name, httpStatusCode, code, message) => {
    const cause = new S3ServiceException({
      name,
      message: 'of the bucket photos at http://127.0.0.1',
      $fault: 'client',
      $metadata: { httpStatusCode },
    })
    expect(s3Error(cause, 'Writing')).toMatchObject({ code, message, cause })
  })

  it.each([
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ENOTFOUND',
    'EHOSTUNREACH',
    'ETIMEDOUT',
    'EAI_AGAIN',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'HPE_INVALID_CONSTANT',
  ])('R-03 tells %s, and nothing of where it was met', (code) => {
    const cause = Object.assign(new Error('connect 127.0.0.1:7480'), { code })
    expect(s3Error(cause, 'Writing')).toMatchObject({
      code: 'storage-unavailable',
      message: `Writing failed: ${code}`,
    })
  })

  it('R-03 says nothing of what it does not know', () => {
    expect(s3Error(new Error('the bucket photos'), 'Writing')).toMatchObject({
      code: 'internal',
      message: 'Writing',
    })
    expect(s3Error('the bucket photos', 'Writing').message).toBe('Writing')
    const named = Object.assign(new Error('x'), { name: 'http://127.0.0.1/photos' })
    expect(s3Error(named, 'Writing').message).toBe('Writing')
  })

  it('leaves what is known already as it is', () => {
    const known = new ReceiverError('too-slow', 'Storing')
    expect(s3Error(known, 'Writing')).toBe(known)
  })
})
