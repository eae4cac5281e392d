import { ReceiverError } from '../problem/errors.ts'
import type { ClaimName, SealedUpload, Storage } from '../storage/storage.ts'

/** What uses up a ticket. */
export interface TicketUse {
  readonly ticket: ClaimName
  /** Of the upload's Idempotency-Key. */
  readonly key: ClaimName | undefined
  readonly sealed: SealedUpload
}

/**
 * Uses up a ticket that is good for one upload, at all servers at once. Returns whether it is this upload that did; false
 * for one that repeats it by its key. Throws a ReceiverError where another upload has used it.
 */
export async function useTicket(
  storage: Storage,
  { ticket, key, sealed }: TicketUse,
): Promise<boolean> {
  const text = JSON.stringify({ id: sealed.record.id, key })
  const found = await storage.claim(ticket, text)
  if (found === undefined || found === text) return true
  if (isRepeatOf(found, key)) return false
  throw ticketUsed()
}

/** Throws a ReceiverError where a ticket has been used, and not by an upload that this one repeats: before it is received. */
export async function refuseUsedTicket(
  storage: Storage,
  { ticket, key }: Pick<TicketUse, 'ticket' | 'key'>,
): Promise<void> {
  const found = await storage.readClaim(ticket)
  if (found !== undefined && !isRepeatOf(found, key)) throw ticketUsed()
}

/** Gives a ticket back whose upload could not be stored. Where that fails, it is used up: the client asks for another. */
export async function returnTicket(storage: Storage, ticket: ClaimName): Promise<void> {
  await storage.releaseClaim(ticket).catch(() => undefined)
}

function isRepeatOf(found: string, key: ClaimName | undefined): boolean {
  return key !== undefined && JSON.parse(found).key === key
}

function ticketUsed(): ReceiverError {
  return new ReceiverError(
    'ticket-used',
    'Using the ticket: it was good for one upload, and that is here',
  )
}
