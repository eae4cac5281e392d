import { describe, expect, it } from 'vitest'
import { checkContent } from './object-etag.ts'

const md5 = '9a0364b9e99bb480dd25e1f0284c8555'

describe('checkContent', () => {
  it.each([
    [{ ETag: `"${md5}"` }],
    [{ ETag: md5.toUpperCase() }],
    [{}],
    [{ ETag: '"anything else"' }],
    [{ ETag: `"${md5.replace('9', '8')}"`, ServerSideEncryption: 'aws:kms' }],
  ])('takes %j for what was sent', (answer) => {
    expect(() => checkContent(answer, md5)).not.toThrow()
  })

  it.each([
    [{ ETag: `"${md5.replace('9', '8')}"` }],
    [{ ETag: `"${md5}-2"` }],
    [{ ETag: `"${md5.replace('9', '8')}"`, ServerSideEncryption: 'AES256' }],
  ])('R-02 does not take %j for what was sent', (answer) => {
    expect(() => checkContent(answer, md5)).toThrow('other content than it was sent')
  })
})
