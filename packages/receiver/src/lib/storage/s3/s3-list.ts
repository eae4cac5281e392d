import type { ListedObject, ObjectStore } from './object-store.ts'
import { parseRecordKey, recordKey, recordsFolder } from './s3-keys.ts'

const maxPage = 1000

/** What to list. */
export interface ListIdsOptions {
  /** Lists ids before this one. */
  readonly before?: string | undefined
  /** How many will be read, as far as is known. Default: all. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/** The ids in the store, newest first: one request, whatever is in the bucket, where no more than `limit` are read. */
export async function* listRecordIds(
  store: ObjectStore,
  { before, limit = Infinity, signal }: ListIdsOptions,
): AsyncGenerator<string, void, undefined> {
  const after = before === undefined ? undefined : recordKey(before)
  // One more tells whether there are more.
  const entries = Math.min(limit + 1, maxPage)
  let from: string | undefined
  do {
    const page = await store.attempt(
      'Listing the uploads',
      (inTime) => store.list({ prefix: recordsFolder, after, from, limit: entries }, inTime),
      { signal },
    )
    for (const { key } of page.objects) {
      const id = parseRecordKey(key)
      if (id !== undefined) yield id
    }
    from = page.next
  } while (from !== undefined)
}

/** Every object whose key begins with `prefix`, in ascending order of keys. */
export async function* listObjects(
  store: ObjectStore,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<ListedObject, void, undefined> {
  let from: string | undefined
  do {
    const page = await store.attempt(
      'Listing what is stored',
      (inTime) => store.list({ prefix, from, limit: maxPage }, inTime),
      { signal },
    )
    yield* page.objects
    from = page.next
  } while (from !== undefined)
}

/** The folders directly below one, in ascending order of keys. */
export async function* listFolders(
  store: ObjectStore,
  prefix: string,
): AsyncGenerator<string, void, undefined> {
  let from: string | undefined
  do {
    const page = await store.attempt('Listing what is stored', (signal) =>
      store.list({ prefix, from, limit: maxPage, delimiter: '/' }, signal),
    )
    yield* page.folders
    from = page.next
  } while (from !== undefined)
}
