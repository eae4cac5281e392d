import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { ReceiverError, systemErrorCode } from '../problem/errors.ts'
import type { DayFolders } from './day-folders.ts'
import type { DiskCalls } from './disk-calls.ts'
import { syncFolder } from './disk-file.ts'
import type { DiskLayout } from './disk-layout.ts'
import { parsePlace } from './owner.ts'
import type { SealedUpload } from './storage.ts'
import { isUploadId, uploadDay } from './upload-id.ts'

/** What publishing needs to know of the storage. */
export interface PublishOptions {
  readonly layout: DiskLayout
  readonly days: DayFolders
  readonly calls: DiskCalls
  readonly durable: boolean
}

/** Makes a sealed upload visible by one rename. Returns whether it is visible. */
export async function publishUpload(
  { record, place }: SealedUpload,
  { layout, days, calls, durable }: PublishOptions,
): Promise<boolean> {
  // A claim that somebody changed chooses no path.
  if (parsePlace(place) === undefined || !isUploadId(record.id)) {
    throw new ReceiverError('upload-damaged', 'Storing the upload found a damaged claim')
  }
  const folder = join(layout.incoming, place)
  const day = uploadDay(record.id)
  const target = join(layout.dayFolder(day), record.id)
  await days.make(day)
  try {
    await calls.rename(folder, target)
  } catch (error) {
    if (!isGone(error)) throw error
    // Published before; or else somebody removed the day's folder while the server ran.
    if (!(await exists(folder))) return await exists(target)
    days.forget()
    await days.make(day)
    await calls.rename(folder, target)
  }
  if (!durable) return true
  try {
    await syncFolder(layout.dayFolder(day))
  } catch (error) {
    // The client will hear that it failed, so it must not be there.
    await calls.rename(target, folder)
    throw error
  }
  return true
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

function isGone(error: unknown): boolean {
  return systemErrorCode(error) === 'ENOENT'
}
