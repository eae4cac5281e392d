import type { ReceiverLog } from '../http/receiver-log.ts'
import type { Storage } from '../storage/storage.ts'
import { firstIdOf } from '../storage/upload-id.ts'

const pageLimit = 200

/** Which uploads to remove. */
export interface RemoveExpiredOptions {
  readonly storage: Storage
  /** Milliseconds for which an upload is kept. */
  readonly keepMs: number
  /** Ends it after the upload that is being removed. */
  readonly signal: AbortSignal
  readonly log: ReceiverLog
  readonly onRemoved: (id: string) => void
}

/**
 * Removes every upload that became visible more than `keepMs` ago, the newest of them first. Returns how many. An upload that
 * cannot be removed is logged, and does not keep the others.
 */
export async function removeExpired(options: RemoveExpiredOptions): Promise<number> {
  const { storage, keepMs, signal, log, onRemoved } = options
  let removed = 0
  let before: string | null = firstIdOf(Date.now() - keepMs)
  while (before !== null) {
    const page = await storage.list({ limit: pageLimit, before })
    for (const { id } of [...page.uploads, ...page.damaged]) {
      if (signal.aborted) return removed
      try {
        // Another server may have been faster.
        if (!(await storage.remove(id))) continue
        removed += 1
        onRemoved(id)
      } catch (error) {
        log.warn({ err: error, id }, 'an upload whose time is over could not be removed')
      }
    }
    before = page.next
  }
  return removed
}
