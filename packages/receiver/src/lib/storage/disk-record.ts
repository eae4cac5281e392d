import { isSafeFileName } from './safe-file-name.ts'
import type { StoredFile, UploadDraft, UploadFields } from './storage.ts'

const recordVersion = 1

/**
 * The text of `upload.json`: for people as much as for programs. The id is the folder's name; `place` says where the files are,
 * where they are not beside it.
 */
export function formatRecord(
  draft: UploadDraft,
  place: Readonly<Record<string, string>> = {},
): string {
  const { receivedAt, files, fields } = draft
  const value = { version: recordVersion, ...place, receivedAt, files, fields }
  return `${JSON.stringify(value, null, 2)}\n`
}

/** Reads what {@link formatRecord} wrote. Throws an Error that says what is wrong with anything else. */
export function parseRecord(text: string): UploadDraft {
  return readDraft(JSON.parse(text))
}

/** What a record says of its upload, from the value that its JSON is. Throws an Error that says what is wrong with it. */
export function readDraft(value: unknown): UploadDraft {
  if (!isObject(value)) throw new Error('the record is no object')
  const { version, receivedAt, files, fields } = value
  if (version !== recordVersion)
    throw new Error(`the record has version ${String(version)} instead of 1`)
  if (typeof receivedAt !== 'string') throw new Error('the record has no receivedAt')
  if (!Array.isArray(files) || !files.every(isStoredFile))
    throw new Error('the record has a damaged list of files')
  if (!isFields(fields)) throw new Error('the record has damaged fields')
  return { receivedAt, files, fields }
}

function isStoredFile(value: unknown): value is StoredFile {
  return (
    isObject(value) &&
    typeof value['field'] === 'string' &&
    typeof value['name'] === 'string' &&
    typeof value['storedAs'] === 'string' &&
    // A record that somebody changed chooses no path either.
    isSafeFileName(value['storedAs']) &&
    typeof value['type'] === 'string' &&
    Number.isSafeInteger(value['size']) &&
    (value['sha256'] === null || typeof value['sha256'] === 'string')
  )
}

function isFields(value: unknown): value is UploadFields {
  return isObject(value) && Object.values(value).every(isFieldValue)
}

function isFieldValue(value: unknown): value is string | string[] {
  return (
    typeof value === 'string' ||
    (Array.isArray(value) && value.every((one) => typeof one === 'string'))
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
