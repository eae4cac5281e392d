import type { StoredPage, StoredUpload } from './stored-upload.ts'

/** What is known of the server's list: its beginning, newest first, and where it goes on. */
export type StoredList = StoredPage

/**
 * The list after its first page was asked for again: what the page leaves out is gone, what is older than the page
 * stays, unless so much has come in between that nobody knows what lies between the two.
 */
export function mergeFirstPage(list: StoredList | undefined, page: StoredPage): StoredList {
  const last = page.uploads.at(-1)
  if (list === undefined || page.next === null || last === undefined) return page
  const known = new Set(list.uploads.map(({ id }) => id))
  if (!page.uploads.some(({ id }) => known.has(id))) return page
  return withOlder(page, list)
}

/** The list after the page that begins after `before` was asked for again: what the page leaves out is gone. */
export function mergePage(list: StoredList, before: string, page: StoredPage): StoredList {
  const { uploads, next } = withOlder(page, list)
  return { uploads: [...list.uploads.filter(({ id }) => id >= before), ...uploads], next }
}

/** Whether there is anything in the list that comes after `before`. */
export function reachesBeyond(list: StoredList, before: string): boolean {
  return list.uploads.some(({ id }) => id < before)
}

/** A page, and what the list has after it. */
function withOlder(page: StoredPage, list: StoredList): StoredList {
  const last = page.uploads.at(-1)
  if (page.next === null || last === undefined) return page
  const older = list.uploads.filter(({ id }) => id < last.id)
  return older.length === 0 ? page : { uploads: [...page.uploads, ...older], next: list.next }
}

/** The list with the page that was asked for with `before`; the list itself where it has changed in the meantime. */
export function appendPage(list: StoredList, before: string, page: StoredPage): StoredList {
  if (list.next !== before) return list
  const known = new Set(list.uploads.map(({ id }) => id))
  const added = page.uploads.filter(({ id }) => !known.has(id))
  return { uploads: [...list.uploads, ...added], next: page.next }
}

/** The list with an upload that the server has told of, in its place. */
export function insertUpload(list: StoredList, upload: StoredUpload): StoredList {
  const place = list.uploads.findIndex(({ id }) => id <= upload.id)
  if (list.uploads[place]?.id === upload.id) return list
  if (place === -1) {
    // Among those that have not been asked for yet, it comes with its page.
    if (list.next !== null) return list
    return { ...list, uploads: [...list.uploads, upload] }
  }
  return { ...list, uploads: list.uploads.toSpliced(place, 0, upload) }
}

/** The list without an upload. */
export function withoutUpload(list: StoredList, id: string): StoredList {
  const uploads = list.uploads.filter((upload) => upload.id !== id)
  return uploads.length === list.uploads.length ? list : { ...list, uploads }
}
