import { extname } from 'node:path'

const maxNameBytes = 255
// A longer "extension" is a name with a dot in it.
const maxExtensionBytes = 32

// Control characters, line separators, and the marks that make `exe.jpg` out of `gpj.exe` on a screen.
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu
const forbiddenOnWindows = /[<>:"|?*]/g
const reservedOnWindows =
  /^(?:con|prn|aux|nul|com[0-9\u00B9\u00B2\u00B3]|lpt[0-9\u00B9\u00B2\u00B3])(?:\.|$)/i

/**
 * A file name that is safe on every system, from whatever a client sent: the last segment of a path, without
 * what hides, confuses or means something to a file system; at most 255 bytes of UTF-8, the extension kept. Without
 * anything left: `file`.
 */
export function safeFileName(sent: string): string {
  const segment = sent.slice(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1)
  const plain = trimEnd(
    segment
      .replace(invisible, '')
      .replace(forbiddenOnWindows, '_')
      .replace(/^[.\s]+/, ''),
  )
  if (plain === '') return 'file'
  const fitted = fitName(plain, '')
  // Only now: what was cut off may have been all that made it another name.
  return reservedOnWindows.test(fitted) ? fitName(`_${fitted}`, '') : fitted
}

/** Whether a name is one that {@link safeFileName} can have made. */
export function isSafeFileName(name: string): boolean {
  return safeFileName(name) === name
}

/** Gives out safe names, each once, also on file systems that know no upper case: `photo.jpg`, `photo (2).jpg`. */
export class FileNames {
  readonly #taken: Set<string>

  /** `reserved` are names that the storage needs for itself. */
  constructor(reserved: readonly string[] = []) {
    this.#taken = new Set(reserved.map(caseless))
  }

  /** A safe name for a file that was sent under this one. */
  take(sent: string): string {
    const safe = safeFileName(sent)
    let name = safe
    for (let copy = 2; this.#taken.has(caseless(name)); copy += 1)
      name = fitName(safe, ` (${copy})`)
    this.#taken.add(caseless(name))
    return name
  }
}

// macOS takes `é` in one and in two code points for the same name.
function caseless(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

function fitName(name: string, suffix: string): string {
  const found = extname(name)
  const extension = Buffer.byteLength(found) <= maxExtensionBytes ? found : ''
  const stem = name.slice(0, name.length - extension.length)
  const room = maxNameBytes - Buffer.byteLength(suffix + extension)
  return `${cutToBytes(stem, room)}${suffix}${extension}`
}

function cutToBytes(text: string, sizeBytes: number): string {
  if (Buffer.byteLength(text) <= sizeBytes) return text
  let kept = ''
  let keptBytes = 0
  for (const character of text) {
    keptBytes += Buffer.byteLength(character)
    if (keptBytes > sizeBytes) break
    kept += character
  }
  return trimEnd(kept)
}

// Windows drops dots and spaces at the end of a name. A regular expression would be quadratic on a name full of them.
function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && /[.\s]/.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}
