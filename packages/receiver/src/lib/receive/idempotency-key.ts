import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ReceiverError } from '../problem/errors.ts'
import type { ClaimName, UploadRecord } from '../storage/storage.ts'

const maxKeyLength = 255

/**
 * The claim of the Idempotency-Key that a request carries; undefined where it carries none. Throws a ReceiverError
 * for what is no key: 1 to 255 visible ASCII characters, in the quotes of a structured field or without.
 */
export function keyClaimOf({ headers }: IncomingMessage): ClaimName | undefined {
  const sent = headers['idempotency-key']
  if (sent === undefined) return undefined
  if (typeof sent !== 'string' || !/^[\x21-\x7e]+$/.test(sent) || sent.length > maxKeyLength) {
    throw new ReceiverError(
      'malformed',
      `Reading the Idempotency-Key: it should be 1 to ${maxKeyLength} visible characters of ASCII, once`,
    )
  }
  // A key may be anything, and a claim's name is that of a file.
  return `key/${createHash('sha256').update(sent).digest('hex')}`
}

/** Whether two uploads are the same, as a repeated one and its first are, as far as checksums tell. */
export function isSameUpload(one: UploadRecord, other: UploadRecord): boolean {
  return contentOf(one) === contentOf(other)
}

function contentOf({ files, fields }: UploadRecord): string {
  return JSON.stringify([
    files.map(({ field, name, size, sha256 }) => [field, name, size, sha256]),
    Object.entries(fields),
  ])
}
