import { randomDigits, timeDigits } from './sealed-id.ts'

/**
 * The folders that have no record, out of all folders and all records of a store, both from the newest to the oldest. An upload is
 * sealed after it began: so when its folder comes, its record has come already, or there is none. What is kept in memory are the
 * records whose folders have not come yet: those of uploads that were under way at one moment.
 */
export async function* findOrphanFolders(
  startIds: AsyncIterable<string>,
  recordIds: AsyncIterator<string>,
): AsyncGenerator<string, void, undefined> {
  const awaited = new Set<string>()
  let record = await recordIds.next()
  for await (const startId of startIds) {
    while (record.done !== true && timeDigits(record.value) >= timeDigits(startId)) {
      awaited.add(randomDigits(record.value))
      record = await recordIds.next()
    }
    if (!awaited.delete(randomDigits(startId))) yield startId
  }
}
