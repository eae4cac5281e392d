import { createHash } from 'node:crypto'
import type { SealedUpload } from '../storage.ts'
import { removalTimeoutMs, timesOfUnanswered, type Leftovers } from './leftovers.ts'
import type { ObjectStore } from './object-store.ts'
import { emptyFolderName, fileKey, folderKey, recordKey } from './s3-keys.ts'
import { listObjects } from './s3-list.ts'
import { formatS3Record } from './s3-record.ts'

const what = 'Storing the upload'

/** What publishing works on. */
export interface S3PublishOptions {
  readonly store: ObjectStore
  readonly leftovers: Leftovers
}

/** What publishing a claimed upload works on. */
export interface PublishClaimedOptions extends Pick<S3PublishOptions, 'store'> {
  /** It was sealed here a moment ago: most likely nobody has published it, and surely nobody swept it. */
  readonly isNew: boolean
}

/** Makes an upload visible of which nobody else knows yet. When it fails, it is undone. */
export async function publishOwn(
  sealed: SealedUpload,
  { store, leftovers }: S3PublishOptions,
): Promise<void> {
  const key = recordKey(sealed.record.id)
  try {
    await store.attempt(what, (signal) => putRecord(store, sealed, signal))
  } catch (error) {
    // The store may have it although its answer did not come, or may be about to.
    leftovers.add([{ key, times: timesOfUnanswered }])
    const undone = store.attempt(what, (signal) => store.delete(key, signal), {
      timeoutMs: removalTimeoutMs,
    })
    await undone.catch(() => undefined)
    throw error
  }
}

/**
 * Makes an upload visible that others may be publishing, or have published and removed, at this moment. Returns whether it
 * is visible. It is never undone: somebody may have been told that it is there.
 *
 * Who removes an upload removes its record, its files, and its record again. So when the files are there after the record was
 * written, no removal has begun, or its last step is still to come.
 */
export async function publishClaimed(
  sealed: SealedUpload,
  { store, isNew }: PublishClaimedOptions,
): Promise<boolean> {
  const key = recordKey(sealed.record.id)
  return await store.attempt(what, async (signal) => {
    if (!isNew) {
      if (await store.exists(key, signal)) return true
      if (!(await hasFiles(store, sealed, signal))) return false
    }
    await putRecord(store, sealed, signal)
    if (await hasFiles(store, sealed, signal)) return true
    await store.delete(key, signal)
    return false
  })
}

async function putRecord(
  store: ObjectStore,
  sealed: SealedUpload,
  signal: AbortSignal,
): Promise<void> {
  const body = Buffer.from(formatS3Record(sealed))
  const md5 = createHash('md5').update(body).digest()
  await store.put(recordKey(sealed.record.id), { body, md5 }, { signal })
}

async function hasFiles(
  store: ObjectStore,
  { record, place }: SealedUpload,
  signal: AbortSignal,
): Promise<boolean> {
  const missing = new Set(fileKeys({ record, place }))
  for await (const { key } of listObjects(store, folderKey(place), signal)) missing.delete(key)
  return missing.size === 0
}

/** The keys of an upload's content. */
export function fileKeys({ record, place }: SealedUpload): string[] {
  if (record.files.length === 0) return [fileKey(place, emptyFolderName)]
  return record.files.map(({ storedAs }) => fileKey(place, storedAs))
}
