import { ReceiverError } from '../problem/errors.ts'
import { formatSealed, parseSealed } from '../storage/sealed-text.ts'
import type {
  ClaimName,
  PendingUpload,
  SealedUpload,
  Storage,
  UploadDraft,
  UploadRecord,
} from '../storage/storage.ts'
import { isSameUpload } from './idempotency-key.ts'
import { returnTicket, useTicket } from './ticket-claim.ts'

/** Names that one upload alone may have. */
export interface UploadClaims {
  /** Of its Idempotency-Key: who comes later with the same upload gets the first one's answer. */
  readonly key?: ClaimName | undefined
  /** Of a ticket that may be used once: who comes later is refused, but for one that repeats the first by its key. */
  readonly ticket?: ClaimName | undefined
}

/** How to make an upload visible. */
export interface CommitOptions extends UploadClaims {
  readonly storage: Storage
  /** Called with what could not be removed after a failure; the storage sweeps it later. */
  readonly onLeftover: (error: unknown) => void
}

/** What became of a received upload. */
export interface CommittedUpload {
  /** The upload that is visible now: this one, or the first with its Idempotency-Key. */
  readonly record: UploadRecord
  readonly isRepeated: boolean
}

/**
 * Makes a received upload visible, at most once for each of its claims. From here on `pending` is taken care of: what
 * does not become visible is discarded.
 *
 * A claim of a key holds all that is needed to finish the work. A server may die after any step: whoever repeats the upload, at
 * whichever server, finds no claim and is the first, or finds one and finishes what it names. So a sealed upload that is
 * claimed is never discarded, as somebody may be publishing it: it is left to its claim, and to the sweeper after that.
 */
export async function commitUpload(
  pending: PendingUpload,
  draft: UploadDraft,
  options: CommitOptions,
): Promise<CommittedUpload> {
  let sealed: SealedUpload | undefined
  let record: UploadRecord
  try {
    sealed = await pending.seal(draft)
    record = await publishOnce(sealed, options)
  } catch (error) {
    if (!(await isClaimed(sealed, options))) await discard(pending, options)
    throw error
  }
  const isRepeated = record.id !== sealed.record.id
  if (isRepeated) await discard(pending, options)
  return { record, isRepeated }
}

/** Publishes an upload, or the first that has its key. */
async function publishOnce(
  sealed: SealedUpload,
  { storage, key, ticket }: CommitOptions,
): Promise<UploadRecord> {
  const isTicketOurs = ticket !== undefined && (await useTicket(storage, { ticket, key, sealed }))
  try {
    const first = key === undefined ? sealed : await claimKey(storage, key, sealed)
    if (await storage.publish(first)) return first.record
    throw first.record.id === sealed.record.id
      ? new ReceiverError('storage-unavailable', 'Storing the upload found nothing of it any more')
      : keyUsed(`its upload ${first.record.id} is not there any more`)
  } catch (error) {
    if (isTicketOurs) await returnTicket(storage, ticket)
    throw error
  }
}

/** Claims a key for an upload. Returns the upload that has it, which is the same, at least in content. */
async function claimKey(
  storage: Storage,
  key: ClaimName,
  sealed: SealedUpload,
): Promise<SealedUpload> {
  const found = await storage.claim(key, formatSealed(sealed))
  if (found === undefined) return sealed
  // Perhaps it is this one: a claim that was made, and whose answer was lost, is found by the storage's next try.
  const first = parseSealed(found)
  if (first === undefined)
    throw new ReceiverError('upload-damaged', 'Reading the claim of the Idempotency-Key failed')
  if (!isSameUpload(first.record, sealed.record)) {
    // To answer with the first would tell a client that the second is stored.
    throw keyUsed(`it belongs to the upload ${first.record.id}, which is another`)
  }
  return first
}

function keyUsed(found: string): ReceiverError {
  return new ReceiverError('key-used', `Receiving the upload under this Idempotency-Key: ${found}`)
}

/** Whether anybody may be publishing a sealed upload by its claim. */
async function isClaimed(
  sealed: SealedUpload | undefined,
  { storage, key }: CommitOptions,
): Promise<boolean> {
  if (sealed === undefined || key === undefined) return false
  try {
    return (await storage.readClaim(key)) === formatSealed(sealed)
  } catch {
    return true
  }
}

async function discard(pending: PendingUpload, { onLeftover }: CommitOptions): Promise<void> {
  await pending.discard().catch(onLeftover)
}
