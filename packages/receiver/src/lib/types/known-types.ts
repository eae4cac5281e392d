import { supportedExtensions, supportedMimeTypes } from 'file-type/core'
import mimeDb from 'mime-db'

/** What nothing more is known of. */
export const anyBytes = 'application/octet-stream'

// Names that clients use and that no registry has, or not for this.
const otherNames: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'application/x-zip-compressed': 'application/zip',
}

const typesByExtension = indexByExtension()

/** The media types that files with this extension have, most often one. */
export function typesOfExtension(extension: string): readonly string[] {
  return typesByExtension.get(extension) ?? []
}

/**
 * The extension of a file's name, in lower case and without the dot; undefined where it has none. Dots and spaces at the end do
 * not count, as for Windows.
 */
export function extensionOf(name: string): string | undefined {
  const segment = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const dotted = segment.split('.').map((piece) => piece.trim())
  while (dotted.at(-1) === '') dotted.pop()
  return dotted.length > 1 ? dotted.at(-1)?.toLowerCase() : undefined
}

/** A Content-Type without its parameters; undefined where it says nothing. */
export function essenceOf(contentType: string | undefined): string | undefined {
  const essence = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return essence === '' || essence === anyBytes ? undefined : commonName(essence)
}

/** The name of a media type that has several. */
export function commonName(type: string): string {
  return otherNames[type] ?? type
}

/** Whether a file of this type is text, which no first bytes tell from other text. An SVG tells itself. */
export function isTextual(type: string): boolean {
  if (type.startsWith('image/')) return false
  return /^text\/|[+/](?:json|xml)$/.test(type) || textualTypes.has(type)
}

const textualTypes = new Set([
  'application/javascript',
  'application/json5',
  'application/sql',
  'application/toml',
  'application/x-httpd-php',
  'application/x-ndjson',
  'application/x-sh',
  'application/x-sql',
  'application/x-subrip',
  'application/yaml',
])

/** Whether files of this type begin with bytes that tell it, so that one without them is something else. */
export function isRecognizable(type: string): boolean {
  if (type === anyBytes) return false
  if (type === 'image/svg+xml') return true
  const extensions = mimeDb[type]?.extensions ?? []
  return recognized.has(type) || extensions.some((extension) => recognizedExtensions.has(extension))
}

const recognized: ReadonlySet<string> = supportedMimeTypes
const recognizedExtensions: ReadonlySet<string> = supportedExtensions

function indexByExtension(): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>()
  for (const [type, { extensions = [] }] of Object.entries(mimeDb)) {
    for (const extension of extensions) {
      const types = index.get(extension) ?? []
      types.push(commonName(type))
      index.set(extension, types)
    }
  }
  return index
}
