import type { ObjectStore } from './object-store.ts'
import { parseRecordKey, recordKey, recordsFolder } from './s3-keys.ts'

const maxPage = 1000

/** What to list. */
export interface ListIdsOptions {
  /** Lists ids before this one. */
  readonly before: string | undefined
  /** How many will be read, as far as is known. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** The ids in the store, newest first: one request, whatever is in the bucket, where no more than `limit` are read. */
export async function* listRecordIds(
  store: ObjectStore,
  { before, limit, signal }: ListIdsOptions,
): AsyncGenerator<string, void, undefined> {
  let after = before === undefined ? undefined : recordKey(before)
  for (;;) {
    const page = await store.list(
      // One more tells whether there are more.
      { prefix: recordsFolder, after, limit: Math.min(limit + 1, maxPage) },
      signal,
    )
    for (const { key } of page.objects) {
      const id = parseRecordKey(key)
      if (id !== undefined) yield id
    }
    after = page.objects.at(-1)?.key
    if (!page.isTruncated || after === undefined) return
  }
}
