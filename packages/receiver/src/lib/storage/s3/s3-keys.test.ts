import { describe, expect, it } from 'vitest'
import { createUploadId } from '../upload-id.ts'
import {
  fileKey,
  folderKey,
  parseClaimKind,
  parseFolderKey,
  parseRecordKey,
  recordKey,
} from './s3-keys.ts'

describe('keys in a bucket', () => {
  it('R-06 sort from the newest upload to the oldest', () => {
    const ids = ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAZ', createUploadId()]
    for (const key of [recordKey, folderKey]) {
      expect(ids.map(key).toSorted()).toEqual(ids.map(key).toReversed())
    }
  })

  it('give back the ids that they are made of', () => {
    const id = createUploadId()
    expect(parseRecordKey(recordKey(id))).toBe(id)
    expect(parseFolderKey(folderKey(id))).toBe(id)
    expect(fileKey(id, 'photo.jpg')).toBe(`${folderKey(id)}photo.jpg`)
  })

  it.each([
    'uploads/',
    'uploads/notes.txt',
    'uploads/ZZ.json',
    `${recordKey('01ARZ3NDEKTSV4RRFFQ69G5FAV')}.bak`,
    recordKey('01ARZ3NDEKTSV4RRFFQ69G5FAV').toLowerCase(),
    folderKey('01ARZ3NDEKTSV4RRFFQ69G5FAV'),
  ])('take %j for the record of none', (key) => {
    expect(parseRecordKey(key)).toBeUndefined()
  })

  it.each(['files/', 'files//', 'files/../', 'files/ZZ/', 'files/ZZ'])(
    'R-07 take %j for the folder of none',
    (key) => {
      expect(parseFolderKey(key)).toBeUndefined()
    },
  )

  it.each([
    ['claims/key/a', 'key'],
    ['claims/ticket/a', 'ticket'],
    ['claims/notes.txt', undefined],
    ['claims/toString/a', undefined],
  ])('tell the kind of the claim %j', (key, kind) => {
    expect(parseClaimKind(key)).toBe(kind)
  })
})
