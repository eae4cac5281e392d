import { formatRecord, parseRecord } from './disk-record.ts'
import type { SealedUpload } from './storage.ts'

/** A sealed upload as a claim keeps it. */
export function formatSealed({ record, place }: SealedUpload): string {
  const { id, ...draft } = record
  return JSON.stringify({ id, place, record: formatRecord(draft) })
}

/** Reads what {@link formatSealed} wrote; undefined for anything else. */
export function parseSealed(text: string): SealedUpload | undefined {
  try {
    const { id, place, record } = JSON.parse(text)
    if (typeof id !== 'string' || typeof place !== 'string') return undefined
    return { record: { id, ...parseRecord(record) }, place }
  } catch {
    return undefined
  }
}
