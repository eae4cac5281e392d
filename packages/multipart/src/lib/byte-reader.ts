/**
 * The port to the platform's own ways to search and decode bytes: what Node.js and other platforms do differently, and
 * all that they do.
 */
export interface ByteReader {
  /** The same bytes, without a copy, in the form that the platform reads fastest: what the other two expect. */
  view(chunk: Uint8Array): Uint8Array
  /** The offset of the first `needle`, of at least one byte, that begins at `from` or later; -1 without one. */
  indexOf(view: Uint8Array, needle: Uint8Array, from: number): number
  /** The UTF-8 text of the bytes from `range.start` to `range.end`; undefined where they are none. */
  decode(view: Uint8Array, range: ByteRange): string | undefined
}

export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A needle's place by a native scan for its first byte and a comparison of the rest. See `ByteReader.indexOf`. */
export function indexOfByFirstByte(view: Uint8Array, needle: Uint8Array, from: number): number {
  const first = needle[0] ?? 0
  let at = view.indexOf(first, from)
  while (at >= 0 && !isAt(view, needle, at)) at = view.indexOf(first, at + 1)
  return at
}

function isAt(view: Uint8Array, needle: Uint8Array, at: number): boolean {
  for (let i = 1; i < needle.length; i++) {
    if (view[at + i] !== needle[i]) return false
  }
  return true
}

/** The same bytes as a plain Uint8Array, whatever class `view` is of: cheaper than its own `subarray`. */
export function viewOf(view: Uint8Array, { start, end }: ByteRange): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + start, end - start)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** See `ByteReader.decode`. */
export function decodeStrictly(view: Uint8Array, range: ByteRange): string | undefined {
  try {
    return utf8.decode(viewOf(view, range))
  } catch {
    return undefined
  }
}
