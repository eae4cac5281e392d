import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import type { StoredUpload } from './stored-upload.ts'
import { formatUploadSnippet } from './upload-snippet.ts'

const url = 'http://127.0.0.1:8080/upload'

function upload(
  files: [field: string, name: string][],
  fields: StoredUpload['fields'],
): StoredUpload {
  return {
    id: '01',
    receivedAt: '2026-11-24T00:00:00.000Z',
    files: files.map(([field, name]) => ({ field, name, type: '', size: 1, sha256: null, url })),
    fields,
  }
}

/** What a snippet hands to wx.uploadFile. */
function runSnippet(code: string): Record<string, unknown>[] {
  const options: Record<string, unknown>[] = []
  const wx = { uploadFile: (option: Record<string, unknown>) => options.push(option) }
  runInNewContext(code, { wx })
  return options
}

describe('formatUploadSnippet', () => {
  it('is a call that a person could have written', () => {
    expect(formatUploadSnippet(upload([['file', 'photo.jpg']], { user: 'ada' }), url)).toBe(
      `wx.uploadFile({
  url: 'http://127.0.0.1:8080/upload',
  filePath: 'photo.jpg', // a path, or what wx.chooseImage gave
  name: 'file',
  formData: {
    user: 'ada',
  },
  success: (res) => console.log(res.statusCode, res.data),
  fail: (res) => console.error(res.errno, res.errMsg),
})`,
    )
  })

  it('leaves formData out where there are no fields', () => {
    expect(formatUploadSnippet(upload([['file', 'a.txt']], {}), url)).not.toContain('formData')
  })

  it('calls once for each file', () => {
    const files: [string, string][] = [
      ['file', 'a.txt'],
      ['photo', 'b.jpg'],
    ]
    const options = runSnippet(formatUploadSnippet(upload(files, { user: 'ada' }), url))
    expect(options).toMatchObject([
      { name: 'file', filePath: 'a.txt', formData: { user: 'ada' } },
      { name: 'photo', filePath: 'b.jpg', formData: { user: 'ada' } },
    ])
  })

  it('says exactly what was sent, whatever is in it', () => {
    const odd = `it's "quoted" \\ \n\r\t\u2028 \${x} </script> 文件 \0`
    const fields = { [odd]: odd, 'a-b': '1', many: ['x', odd], ['__proto__']: 'own' }
    const [option] = runSnippet(formatUploadSnippet(upload([[odd, odd]], fields), url))
    expect(option).toMatchObject({ name: odd, filePath: odd })
    expect(Object.entries(option?.['formData'] ?? {})).toEqual(Object.entries(fields))
  })
})
