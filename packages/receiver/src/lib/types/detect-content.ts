import { fileTypeFromBuffer } from 'file-type/core'
import { sniffMarkup } from './sniff-markup.ts'

/** Bytes of a file's beginning that tell what it is. */
export const headSizeBytes = 4100

/** What a file's first bytes say it is. */
export type Content =
  /** A format that tells itself; `extension` is the one that its files have. */
  | { readonly kind: 'format'; readonly type: string; readonly extension: string }
  /** Text without any mark of a format; nothing at all is text too. */
  | { readonly kind: 'text' }
  /** Bytes that tell nothing. */
  | { readonly kind: 'unknown' }

/** Looks at the beginning of a file, at most {@link headSizeBytes} of it. Never rejects. */
export async function detectContent(head: Uint8Array): Promise<Content> {
  // Its mark could be sound as well.
  const wideText = decodeUtf16(head)
  if (wideText !== undefined) return describeText(wideText)
  const found = await detectFormat(head)
  if (found !== undefined && found.mime !== 'application/xml') {
    return { kind: 'format', type: withoutParameters(found.mime), extension: found.ext }
  }
  // Good enough to find tags in, whatever the encoding: GBK is as good as UTF-8.
  const text = Buffer.from(head).toString('latin1')
  return isText(text) ? describeText(text.replace(/^\u00EF\u00BB\u00BF/, '')) : { kind: 'unknown' }
}

function describeText(text: string): Content {
  const markup = sniffMarkup(text)
  return markup === undefined ? { kind: 'text' } : { kind: 'format', ...markup }
}

async function detectFormat(
  head: Uint8Array,
): Promise<{ readonly mime: string; readonly ext: string } | undefined> {
  try {
    return await fileTypeFromBuffer(head)
  } catch {
    // A format that breaks off or lies about its own sizes is not that format.
    return undefined
  }
}

function withoutParameters(type: string): string {
  return type.replace(/\s*;.*/s, '').toLowerCase()
}

/** UTF-16 that begins with its mark; undefined for any other bytes. */
function decodeUtf16(head: Uint8Array): string | undefined {
  const encoding = utf16Marks[`${head[0]} ${head[1]}`]
  if (encoding === undefined) return undefined
  // The head may end within a character.
  const text = new TextDecoder(encoding).decode(head, { stream: true })
  return isText(text) && !text.includes('\uFFFD') ? text : undefined
}

const utf16Marks: Readonly<Record<string, string>> = {
  '255 254': 'utf-16le',
  '254 255': 'utf-16be',
}

// [WHATWG MIME Sniffing §7.1] These characters are in no text.
function isText(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 0x20 && code !== 0x1b && (code < 0x09 || code > 0x0d || code === 0x0b)) return false
  }
  return true
}
