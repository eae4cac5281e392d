import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { DamagedUpload, UploadPage, UploadRecord } from './storage.ts'

// A record may be megabytes of fields: a page ends when it has become large, however few uploads are on it.
const pageSizeBytes = 4 * 1024 * 1024

// What a page may take of this thread's time before others have as much of it. A usual page takes less.
const sliceMs = 5

/** Where the uploads of a page come from. */
export interface UploadPageSource {
  /** The ids of what there is, newest first. */
  readonly ids: AsyncIterator<string>
  /** The text of an upload's record; undefined where it has been removed. */
  readonly readText: (id: string) => Promise<string | undefined>
  /** Throws an Error that says what is wrong with a record. */
  readonly parse: (id: string, text: string) => UploadRecord
  /** How many records to read at once. */
  readonly recordsAtOnce: number
  /** Cuts the page short when it aborts. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the records of up to `limit` uploads. However many are asked for, half of this thread's time is left to those who do
 * something else.
 */
export async function readUploadPage(
  limit: number,
  { ids, readText, parse, recordsAtOnce, signal }: UploadPageSource,
): Promise<UploadPage> {
  const uploads: UploadRecord[] = []
  const damaged: DamagedUpload[] = []
  let readBytes = 0
  let last: string | null = null
  let since = performance.eventLoopUtilization()
  while (uploads.length < limit && readBytes < pageSizeBytes) {
    if (signal?.aborted === true) return { uploads, damaged, next: last }
    const { active: busyMs } = performance.eventLoopUtilization(since)
    if (busyMs >= sliceMs) {
      await delay(busyMs)
      since = performance.eventLoopUtilization()
    }
    const batch = await take(ids, Math.min(limit - uploads.length, recordsAtOnce))
    if (batch.length === 0) return { uploads, damaged, next: null }
    last = batch.at(-1) ?? last
    const texts = await Promise.all(batch.map(readText))
    for (const [index, text] of texts.entries()) {
      const id = batch[index]
      // Removed since its name was read.
      if (id === undefined || text === undefined) continue
      readBytes += text.length
      try {
        uploads.push(parse(id, text))
      } catch (error) {
        damaged.push({ id, reason: String(error) })
      }
    }
  }
  const more = await ids.next()
  return { uploads, damaged, next: more.done === true ? null : last }
}

async function take(ids: AsyncIterator<string>, count: number): Promise<string[]> {
  const taken: string[] = []
  while (taken.length < count) {
    const next = await ids.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}
