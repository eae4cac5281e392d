import { assertBoundary } from './boundary.ts'
import { viewOf, type ByteRange, type ByteReader } from './byte-reader.ts'
import { DelimiterSearch } from './delimiter-search.ts'
import {
  type MultipartError,
  type MultipartErrorDetails,
  parseError,
  type ParseErrorCode,
} from './errors.ts'
import { findHeaderEnd, HeaderBlock, headerEndSize } from './header-block.ts'
import { completeLimits, type MultipartLimits } from './limits.ts'
import { parsePartHeader, type PartHeader } from './part-header.ts'

/** What is called, in the order of the body, from within `write`. What one of them throws, `write` throws. */
export interface MultipartHandler {
  /** A part begins. */
  onPart(part: PartHeader): void
  /** Bytes of the part's body, never none: a view of the chunk written, valid as long as that is left as it is. */
  onData(chunk: Uint8Array): void
  /** The part is complete. It is not called for a part in which the body breaks off. */
  onPartEnd(): void
}

/** How to parse. */
export interface MultipartParserOptions extends MultipartHandler {
  /** The boundary that the Content-Type names: see `parseBoundary`. */
  readonly boundary: string
  /** Default: `defaultMultipartLimits`, for each one left out. */
  readonly limits?: Partial<MultipartLimits>
}

/** Takes a body, chunk by chunk. After an error, every call throws that error again. */
export interface MultipartParser {
  /** Reads the next chunk, of any size. Throws `MultipartError` and whatever the handler throws. */
  write(chunk: Uint8Array): void
  /** Says that the body is over; again, it does nothing. Throws `unexpected-end`. */
  end(): void
}

/** [RFC 2046 §5.1.1] preamble, then for each part delimiter, headers and body, then delimiter and epilogue. */
type State = 'preamble' | 'delimiter' | 'headers' | 'body' | 'epilogue'

/** [RFC 2046 §5.1.1] `--` for the last one, else padding and CR LF. */
type AfterDelimiter = 'nothing' | 'padding' | 'return' | 'hyphen'

const tab = 0x09
const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
const hyphen = 0x2d

/** The line break that begins a delimiter: at the very start, and after a part's header, it has been read before. */
const lineBreakSize = 2
/** Transport padding has no bound in the standard, and no client sends any. */
const maxPadding = 256

/** Creates a parser on top of a platform's `reader`. Throws `boundary-invalid` and `limit-invalid`. */
export function createParser(options: MultipartParserOptions, reader: ByteReader): MultipartParser {
  return new StreamingParser(options, reader)
}

class StreamingParser implements MultipartParser {
  readonly #handler: MultipartHandler
  readonly #limits: MultipartLimits
  readonly #reader: ByteReader
  readonly #delimiter: Uint8Array
  readonly #search: DelimiterSearch
  readonly #header: HeaderBlock

  #state: State = 'preamble'
  /** The offset in the body of the chunk that is being read. */
  #offset = 0
  /** How much of a delimiter the bytes so far end in. Those bytes are not kept: they are the delimiter's. */
  #matched = lineBreakSize
  /** How many of the matched bytes belong to what precedes a body, and never to the body. */
  #borrowed = lineBreakSize
  /** What follows a delimiter, up to now. */
  #afterDelimiter: AfterDelimiter = 'nothing'
  #paddingSize = 0
  #preambleSize = 0
  #epilogueSize = 0
  #partCount = 0
  #fieldCount = 0
  #fileCount = 0
  #part: PartHeader | undefined
  #partSize = 0
  #partLimit = 0
  #ended = false
  #failure: { readonly error: unknown } | undefined

  constructor(options: MultipartParserOptions, reader: ByteReader) {
    assertBoundary(options.boundary, 'creating a parser')
    this.#handler = options
    this.#limits = completeLimits(options.limits)
    this.#reader = reader
    this.#delimiter = new TextEncoder().encode(`\r\n--${options.boundary}`)
    this.#search = new DelimiterSearch(this.#delimiter, reader)
    this.#header = new HeaderBlock()
  }

  write(chunk: Uint8Array): void {
    this.#guard(() => {
      if (this.#ended) throw this.#error('write-after-end', { attempted: 'writing a chunk' })
      this.#read(this.#reader.view(chunk))
    })
  }

  end(): void {
    this.#guard(() => {
      if (this.#state !== 'epilogue') {
        throw this.#error('unexpected-end', { attempted: `reading the ${this.#state}`, at: 0 })
      }
      this.#ended = true
    })
  }

  #guard(action: () => void): void {
    if (this.#failure !== undefined) throw this.#failure.error
    try {
      action()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  #read(view: Uint8Array): void {
    let at = 0
    while (at < view.length) {
      switch (this.#state) {
        case 'preamble':
        case 'body':
          at = this.#readToDelimiter(view, at)
          break
        case 'delimiter':
          at = this.#readAfterDelimiter(view, at)
          break
        case 'headers':
          at = this.#readHeaders(view, at)
          break
        case 'epilogue':
          at = this.#readEpilogue(view, at)
          break
        default:
          this.#state satisfies never
      }
    }
    this.#offset += view.length
  }

  #readToDelimiter(view: Uint8Array, at: number): number {
    const delimiter = this.#delimiter
    if (this.#matched > 0) {
      const end = this.#continueMatch(view, at)
      if (end !== undefined) return end
    }
    const found = this.#search.indexOf(view, at)
    if (found >= 0) {
      this.#pass(view, at, found)
      this.#state = 'delimiter'
      return found + delimiter.length
    }
    const tail = this.#findTail(view, at)
    this.#pass(view, at, tail)
    this.#matched = view.length - tail
    return view.length
  }

  /** Goes on with a delimiter begun in earlier chunks; returns where it ends, undefined where it was none. */
  #continueMatch(view: Uint8Array, at: number): number | undefined {
    const delimiter = this.#delimiter
    const before = this.#matched
    let matched = before
    let end = at
    while (matched < delimiter.length && end < view.length && view[end] === delimiter[matched]) {
      matched++
      end++
    }
    if (matched === delimiter.length) {
      if (this.#borrowed > 0 && this.#state === 'body') {
        // An empty part to some [RFC 2046 §5.1.1], the beginning of the body to others.
        throw this.#error('body-missing', { attempted: 'reading the body', at: end })
      }
      this.#matched = 0
      this.#borrowed = 0
      this.#state = 'delimiter'
      return end
    }
    if (end === view.length) {
      this.#matched = matched
      return end
    }
    // Only the first byte of a delimiter is a CR, so none begins within the matched bytes.
    const borrowed = this.#borrowed
    this.#matched = 0
    this.#borrowed = 0
    if (before > borrowed) this.#pass(delimiter.slice(borrowed, before), 0, before - borrowed)
    return undefined
  }

  /** Where the delimiter begins that `view`, which has no whole one, may end in; the end of the view without one. */
  #findTail(view: Uint8Array, at: number): number {
    const first = Math.max(at, view.length - this.#delimiter.length + 1)
    for (let start = view.length - 1; start >= first; start--) {
      if (view[start] !== carriageReturn) continue
      for (let i = start; i < view.length; i++) {
        if (view[i] !== this.#delimiter[i - start]) return view.length
      }
      return start
    }
    return view.length
  }

  /** Hands on bytes of the body, drops those of the preamble. */
  #pass(view: Uint8Array, start: number, end: number): void {
    const size = end - start
    if (size === 0) return
    if (this.#state === 'preamble') {
      this.#preambleSize += size
      this.#check('preamble-too-large', this.#preambleSize, this.#limits.maxPreambleSize)
      return
    }
    this.#partSize += size
    if (this.#partSize > this.#partLimit) {
      const code = this.#part?.fileName === undefined ? 'field-too-large' : 'file-too-large'
      this.#check(code, this.#partSize, this.#partLimit)
    }
    this.#handler.onData(viewOf(view, { start, end }))
  }

  #readAfterDelimiter(view: Uint8Array, at: number): number {
    for (let i = at; i < view.length; i++) {
      const byte = view[i]
      const seen = this.#afterDelimiter
      if (seen === 'hyphen' && byte === hyphen) return this.#finish(i + 1)
      if (seen === 'return' && byte === lineFeed) return this.#beginHeaders(i + 1)
      if (seen === 'nothing' && byte === hyphen) {
        this.#afterDelimiter = 'hyphen'
      } else if ((seen === 'nothing' || seen === 'padding') && byte === carriageReturn) {
        this.#afterDelimiter = 'return'
      } else if ((seen === 'nothing' || seen === 'padding') && (byte === space || byte === tab)) {
        this.#afterDelimiter = 'padding'
        this.#paddingSize++
        this.#check('padding-too-large', this.#paddingSize, maxPadding)
      } else {
        throw this.#error('delimiter-invalid', {
          attempted: 'reading the rest of a delimiter line',
          found: String.fromCharCode(byte ?? 0),
          at: i,
        })
      }
    }
    return view.length
  }

  #beginHeaders(at: number): number {
    this.#endPart()
    this.#partCount++
    this.#check('too-many-parts', this.#partCount, this.#limits.maxParts)
    this.#state = 'headers'
    return at
  }

  #finish(at: number): number {
    this.#endPart()
    this.#state = 'epilogue'
    return at
  }

  #endPart(): void {
    this.#afterDelimiter = 'nothing'
    this.#paddingSize = 0
    if (this.#part === undefined) return
    this.#part = undefined
    this.#handler.onPartEnd()
  }

  #readHeaders(view: Uint8Array, at: number): number {
    const header = this.#header
    if (header.length === 0) {
      if (view[at] === carriageReturn) {
        throw this.#error('disposition-missing', { attempted: 'reading the header', at })
      }
      const end = findHeaderEnd(view, at)
      if (end >= 0) {
        this.#checkHeaderSize(end - at)
        this.#beginPart(view, { start: at, end }, this.#offset + at)
        return end + headerEndSize
      }
    }
    const next = header.take(view, at)
    const { complete } = header
    this.#checkHeaderSize(complete?.length ?? header.length - headerEndSize + 1)
    if (complete === undefined) return next
    const offset = this.#offset + next - header.length
    header.clear()
    this.#beginPart(this.#reader.view(complete), { start: 0, end: complete.length }, offset)
    return next
  }

  #checkHeaderSize(size: number): void {
    this.#check('headers-too-large', size, this.#limits.maxHeaderSize)
  }

  #beginPart(view: Uint8Array, range: ByteRange, offset: number): void {
    const limits = this.#limits
    const part = parsePartHeader(this.#reader.decode(view, range), {
      index: this.#partCount - 1,
      offset,
      maxHeaders: limits.maxHeaders,
    })
    if (part.fileName === undefined) {
      this.#fieldCount++
      this.#check('too-many-fields', this.#fieldCount, limits.maxFields)
      this.#partLimit = limits.maxFieldSize
    } else {
      this.#fileCount++
      this.#check('too-many-files', this.#fileCount, limits.maxFiles)
      this.#partLimit = limits.maxFileSize
    }
    this.#part = part
    this.#partSize = 0
    this.#matched = lineBreakSize
    this.#borrowed = lineBreakSize
    this.#state = 'body'
    this.#handler.onPart(part)
  }

  #readEpilogue(view: Uint8Array, at: number): number {
    this.#epilogueSize += view.length - at
    this.#check('epilogue-too-large', this.#epilogueSize, this.#limits.maxEpilogueSize)
    return view.length
  }

  #check(code: ParseErrorCode, value: number, limit: number): void {
    if (value > limit) throw this.#error(code, { attempted: 'reading the body', limit })
  }

  #error(
    code: ParseErrorCode,
    { at, ...details }: Omit<MultipartErrorDetails, 'part' | 'offset'> & { at?: number },
  ): MultipartError {
    return parseError(code, {
      ...details,
      ...(this.#partCount === 0 ? {} : { part: this.#partCount - 1 }),
      ...(at === undefined ? {} : { offset: this.#offset + at }),
    })
  }
}
