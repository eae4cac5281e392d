import { describe, expect, it } from 'vitest'
import {
  appendPage,
  insertUpload,
  mergeFirstPage,
  type StoredList,
  withoutUpload,
} from './stored-list.ts'
import type { StoredUpload } from './stored-upload.ts'

function upload(id: string): StoredUpload {
  return { id, receivedAt: '2026-11-24T00:00:00.000Z', files: [], fields: {} }
}

function list(ids: string, next: string | null = null): StoredList {
  return { uploads: Array.from(ids, upload), next }
}

function ids({ uploads }: StoredList): string {
  return uploads.map(({ id }) => id).join('')
}

// Newest first: the ids of the tests are letters, z the newest.
describe('insertUpload', () => {
  it.each([
    ['zyx', 'w', 'zyxw'],
    ['yxw', 'z', 'zyxw'],
    ['zxw', 'y', 'zyxw'],
    ['', 'z', 'z'],
  ])('puts into %j what is new, %j, in its place: %j', (before, id, after) => {
    expect(ids(insertUpload(list(before), upload(id)))).toBe(after)
  })

  it('changes nothing when the upload is there already', () => {
    const before = list('zyx')
    expect(insertUpload(before, upload('y'))).toBe(before)
  })

  it('leaves to its page what is older than what has been asked for', () => {
    const before = list('zyx', 'x')
    expect(insertUpload(before, upload('a'))).toBe(before)
  })
})

describe('withoutUpload', () => {
  it('takes an upload out, and changes nothing when there is none', () => {
    const before = list('zyx')
    expect(ids(withoutUpload(before, 'y'))).toBe('zx')
    expect(withoutUpload(before, 'a')).toBe(before)
  })
})

describe('mergeFirstPage', () => {
  it('takes the first page as it is when nothing was known', () => {
    expect(ids(mergeFirstPage(undefined, list('zyx', 'x')))).toBe('zyx')
  })

  it('brings what is new, drops what is gone, and keeps the older pages', () => {
    const merged = mergeFirstPage(list('xwvuts', 's'), list('zyxv', 'v'))
    expect(ids(merged)).toBe('zyxvuts')
    expect(merged.next).toBe('s')
  })

  it('begins anew when more has come in than a page holds', () => {
    const merged = mergeFirstPage(list('cba'), list('zyx', 'x'))
    expect(ids(merged)).toBe('zyx')
    expect(merged.next).toBe('x')
  })

  it('believes the only page, also when it is empty', () => {
    expect(ids(mergeFirstPage(list('zyxw'), list('zx')))).toBe('zx')
    expect(ids(mergeFirstPage(list('zyxw'), list('')))).toBe('')
  })

  it('goes on after the page when that is all that is known', () => {
    expect(mergeFirstPage(list('z'), list('zyx', 'x')).next).toBe('x')
  })
})

describe('appendPage', () => {
  it('adds the next page, what is known already left out', () => {
    const appended = appendPage(list('zyx', 'x'), 'x', list('xwv', 'v'))
    expect(ids(appended)).toBe('zyxwv')
    expect(appended.next).toBe('v')
  })

  it('drops a page that the list does not wait for any more', () => {
    const before = list('zyx', 'x')
    expect(appendPage(before, 'q', list('ba'))).toBe(before)
  })
})
