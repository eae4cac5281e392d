import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { formatStorageUrl, parseStorageUrl } from './storage-url.ts'

describe('parseStorageUrl', () => {
  it.each([
    ['s3://photos', { bucket: 'photos', prefix: '' }],
    ['s3://photos/', { bucket: 'photos', prefix: '' }],
    ['s3://Photos.of_2026/from/phones/', { bucket: 'Photos.of_2026', prefix: 'from/phones' }],
    ['s3://photos/%E5%9B%BE%20a', { bucket: 'photos', prefix: '图 a' }],
    [
      's3://photos/phones?endpoint=http://127.0.0.1:7480&region=default&pathStyle=true',
      {
        bucket: 'photos',
        prefix: 'phones',
        endpoint: 'http://127.0.0.1:7480',
        region: 'default',
        forcePathStyle: true,
      },
    ],
    [
      's3://photos?endpoint=https%3A%2F%2Fs3.example.com%2F&pathStyle=false',
      { bucket: 'photos', prefix: '', endpoint: 'https://s3.example.com/', forcePathStyle: false },
    ],
  ])('reads %s', (text, location) => {
    expect(parseStorageUrl(text)).toEqual(location)
  })

  it.each([
    ['photos', 'It is not an address'],
    ['', 'It is not an address'],
    ['http://photos', 'It does not begin with s3://'],
    ['s3:///phones', 'It names no bucket'],
    ['s3:photos', 'It names no bucket'],
    ['s3://key:secret@photos', 'Key and secret belong in AWS_ACCESS_KEY_ID'],
    ['s3://photos:7480', 'A port belongs in the endpoint'],
    ['s3://photos#a', 'It has a #'],
    ['s3://photos/a//b', 'Its prefix has an empty part'],
    ['s3://photos/%zz', 'Its prefix has a % that encodes nothing'],
    ['s3://photos?endpoint=127.0.0.1:7480', 'The endpoint 127.0.0.1:7480 is not an http://'],
    ['s3://photos?endpoint=http://host/path', 'The endpoint http://host/path is not an http://'],
    ['s3://photos?region=', 'The region is empty'],
    ['s3://photos?pathStyle=yes', 'pathStyle is true or false, not yes'],
    ['s3://photos?secret=x', 'There is no secret, only endpoint, region and pathStyle'],
  ])('refuses %j and says why', (text, sentence) => {
    expect(() => parseStorageUrl(text)).toThrow(InvalidArgumentError)
    expect(() => parseStorageUrl(text)).toThrow(sentence)
  })
})

describe('formatStorageUrl', () => {
  it.each([
    ['s3://photos', 's3://photos'],
    ['s3://photos/a?region=x', 's3://photos/a'],
    ['s3://photos/a?endpoint=http://127.0.0.1:7480', 's3://photos/a at http://127.0.0.1:7480'],
  ])('tells where %s is', (text, place) => {
    expect(formatStorageUrl(parseStorageUrl(text))).toBe(place)
  })
})
