import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Flaw } from './flaws.fixture.ts'

/** What a form is made of. */
export interface FormSource {
  readonly filePath: string
  readonly name: string
  readonly formData: Readonly<Record<string, unknown>>
  readonly flaw: Flaw | undefined
}

export const boundary = 'plain-host-0123456789abcdef'

const mostBytes = 8 * 1024 * 1024

/** A form in memory: what is needed to be right, and one thing to be wrong. */
export async function encodeForm({ filePath, name, formData, flaw }: FormSource): Promise<Buffer> {
  let content = await readFile(filePath)
  if (flaw === 'corrupts-a-byte' && content.length > 0) content[0] = (content[0] ?? 0) ^ 1
  if (flaw === 'truncates-large-files') content = content.subarray(0, mostBytes)
  const escape = (text: string): string =>
    flaw === 'does-not-escape'
      ? text
      : text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  const charset = flaw === 'sends-latin-1' ? 'latin1' : 'utf8'
  const fields = Object.entries(formData)
    .filter(([, value]) => flaw !== 'drops-numbers' || typeof value === 'string')
    .map(([key, value]) =>
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${escape(key)}"\r\n\r\n${String(value)}\r\n`,
        charset,
      ),
    )
  const fileName = flaw === 'loses-the-file-name' ? 'file-1' : path.basename(filePath)
  const isNoFile = flaw === 'sends-empty-files-as-fields' && content.length === 0
  const type =
    flaw === 'sends-octet-stream' || !fileName.endsWith('.jpg')
      ? 'application/octet-stream'
      : 'image/jpeg'
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="${escape(name)}"` +
    (isNoFile ? '' : `; filename="${escape(fileName)}"\r\nContent-Type: ${type}`)
  const file = Buffer.concat([
    Buffer.from(`${head}\r\n\r\n`, charset),
    content,
    Buffer.from('\r\n'),
  ])
  const parts = flaw === 'sends-the-file-first' ? [file, ...fields] : [...fields, file]
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])
}
