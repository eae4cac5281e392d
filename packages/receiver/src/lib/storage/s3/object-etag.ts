import { ReceiverError } from '../../problem/errors.ts'

/** What a store answers about an object's content. */
export interface ContentAnswer {
  readonly ETag?: string | undefined
  readonly ServerSideEncryption?: string | undefined
}

/** The ETag without its quotes; '' where the store gave none. */
export function readEtag({ ETag = '' }: ContentAnswer): string {
  return ETag.replaceAll('"', '').toLowerCase()
}

/** Throws when the store says that it has other content than it was sent. */
export function checkContent(answer: ContentAnswer, expected: string): void {
  const etag = readEtag(answer)
  // With keys of its own a store encrypts first, and an ETag is then made of something else.
  const isMd5 =
    /^[0-9a-f]{32}(?:-\d+)?$/.test(etag) &&
    answer.ServerSideEncryption?.startsWith('aws:kms') !== true
  if (!isMd5 || etag === expected) return
  throw new ReceiverError('storage-unavailable', 'The store has other content than it was sent')
}
