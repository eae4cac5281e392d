import { readdir } from 'node:fs/promises'
import { systemErrorCode } from '../problem/errors.ts'
import { isDayFolder, type DiskLayout } from './disk-layout.ts'
import { isUploadId, uploadDay } from './upload-id.ts'

/** The ids on the disk, newest first, those before `before`: reads the names of one day's folders at a time. */
export async function* listUploadIds(
  layout: DiskLayout,
  before: string | undefined,
): AsyncGenerator<string, void, undefined> {
  const lastDay = before === undefined ? undefined : uploadDay(before)
  const days = (await namesIn(layout.root)).filter(isDayFolder)
  for (const day of days.toSorted(descending)) {
    if (lastDay !== undefined && day > lastDay) continue
    const names = await namesIn(layout.dayFolder(day))
    for (const id of names.filter(isUploadId).toSorted(descending)) {
      // A folder that somebody moved to another day is no upload: nothing else would find it there.
      if ((before === undefined || id < before) && uploadDay(id) === day) yield id
    }
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

function descending(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? 1 : -1
}
