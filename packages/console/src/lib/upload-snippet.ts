import type { StoredUpload } from './stored-upload.ts'

/** JavaScript that sends an upload's files and fields again, with a call of `wx.uploadFile` for each file. */
export function formatUploadSnippet({ files, fields }: StoredUpload, url: string): string {
  return files.map((file) => formatCall({ ...file, fields, url })).join('\n\n')
}

function formatCall(call: {
  readonly url: string
  readonly field: string
  readonly name: string
  readonly fields: StoredUpload['fields']
}): string {
  const formData = Object.entries(call.fields).map(
    // wx.uploadFile sends each name once: what came more than once goes as its JSON.
    ([name, value]) => `    ${formatKey(name)}: ${formatValue(value)},`,
  )
  return [
    'wx.uploadFile({',
    `  url: ${quote(call.url)},`,
    `  filePath: ${quote(call.name)}, // a path, or what wx.chooseImage gave`,
    `  name: ${quote(call.field)},`,
    ...(formData.length === 0 ? [] : ['  formData: {', ...formData, '  },']),
    '  success: (res) => console.log(res.statusCode, res.data),',
    '  fail: (res) => console.error(res.errno, res.errMsg),',
    '})',
  ].join('\n')
}

function formatKey(name: string): string {
  if (name === '__proto__') return "['__proto__']"
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name)
}

function formatValue(value: string | readonly string[]): string {
  return typeof value === 'string' ? quote(value) : `[${value.map(quote).join(', ')}]`
}

/** A string as JavaScript, in single quotes; JSON's escapes are all JavaScript's too. */
function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner}'`
}
