import { formatRecord, readDraft } from '../disk-record.ts'
import type { SealedUpload, UploadRecord } from '../storage.ts'
import { folderKey, parseFolderKey } from './s3-keys.ts'
import { randomDigits } from './sealed-id.ts'

/** The text of a record: as on a disk, and the folder of the files. */
export function formatS3Record({ record, place }: SealedUpload): string {
  return formatRecord(record, { folder: folderKey(place) })
}

/** Reads what {@link formatS3Record} wrote. Throws an Error that says what is wrong with anything else. */
export function parseS3Record(id: string, text: string): SealedUpload {
  const value: unknown = JSON.parse(text)
  const draft = readDraft(value)
  const place = readPlace(value)
  if (place === undefined || !isPlaceOf(id, place))
    throw new Error('the record does not say where the files are')
  const record: UploadRecord = { id, ...draft }
  return { record, place }
}

/** Whether the files of an upload can be at this place: a record or a claim that somebody changed chooses no other. */
export function isPlaceOf(id: string, place: string): boolean {
  return parseFolderKey(folderKey(place)) === place && randomDigits(place) === randomDigits(id)
}

function readPlace(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('folder' in value)) return undefined
  return typeof value.folder === 'string' ? parseFolderKey(value.folder) : undefined
}
