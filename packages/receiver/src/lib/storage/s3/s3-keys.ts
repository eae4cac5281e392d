import type { ClaimName, claimKeepMs } from '../storage.ts'
import { isUploadId } from '../upload-id.ts'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Where the records are. */
export const recordsFolder = 'uploads/'
/** Where the contents of files are. */
export const filesFolder = 'files/'
/** Where claims are. */
export const claimsFolder = 'claims/'
/** Where servers agree on who sweeps. */
export const sweepsFolder = 'sweeps/'

/** The object of an upload without files: every upload has a folder, and when it is empty the upload is gone. */
export const emptyFolderName = '.empty'

/**
 * An id for a key, and the same the other way: each digit is replaced by what is missing to 31, so that keys in ascending
 * order, the only one in which a store lists them, are ids from the newest to the oldest.
 */
function invertId(id: string): string {
  return Array.from(id, (digit) => digits.charAt(31 - digits.indexOf(digit))).join('')
}

/** The key of an upload's record. */
export function recordKey(id: string): string {
  return `${recordsFolder}${invertId(id)}.json`
}

/** The id of the upload whose record has this key; undefined for the key of anything else. */
export function parseRecordKey(key: string): string | undefined {
  const inverted = key.slice(recordsFolder.length, -'.json'.length)
  return key === `${recordsFolder}${inverted}.json` ? parseInverted(inverted) : undefined
}

/** The folder of an upload's files, by the id that it had when it began. */
export function folderKey(startId: string): string {
  return `${filesFolder}${invertId(startId)}/`
}

/** The id with which the upload of this folder began; undefined for any other folder. */
export function parseFolderKey(key: string): string | undefined {
  const inverted = key.slice(filesFolder.length, -1)
  return key === `${filesFolder}${inverted}/` ? parseInverted(inverted) : undefined
}

/** The key of one file in the folder. */
export function fileKey(startId: string, storedAs: string): string {
  return `${folderKey(startId)}${storedAs}`
}

/** The key of a claim. */
export function claimKey(name: ClaimName): string {
  return `${claimsFolder}${name}`
}

/** The kind of the claim that has this key; undefined for the key of anything else. */
export function parseClaimKind(key: string): keyof typeof claimKeepMs | undefined {
  const [kind = ''] = key.slice(claimsFolder.length).split('/')
  return kind === 'key' || kind === 'ticket' ? kind : undefined
}

function parseInverted(inverted: string): string | undefined {
  const id = invertId(inverted)
  return isUploadId(id) ? id : undefined
}
