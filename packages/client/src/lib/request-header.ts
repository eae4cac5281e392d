/** Headers that no caller can set, by lower-case name. [U-11] */
const reserved =
  /^(?:referer|content-length|host|connection|transfer-encoding|expect|upgrade|trailer|te|keep-alive)$/

/** A header name that HTTP can carry. [RFC 9110 §5.6.2] */
const token = /^[\w!#$%&'*+.^`|~-]+$/

/** Whether HTTP can carry a header value: one byte a character, no line break, no NUL. [RFC 9110 §5.5] */
export function isFieldValue(text: string): boolean {
  return fieldValue.test(text)
}

const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** Headers by their lower-case names, each with its name as it was written. */
export type HeaderMap = Map<string, readonly [name: string, value: string]>

/** Reads a caller's header; what HTTP cannot carry adds a sentence to `sentences`. */
export type HeaderReader = (
  header: Readonly<Record<string, unknown>> | undefined,
  // Without a form, the Content-Type is the caller's to say.
  call: { readonly sentences: string[]; readonly isForm: boolean },
) => HeaderMap

/** Why a platform does not let a caller set the header of this lower-case name; undefined where it does. */
export type WhyReserved = (name: string) => string | undefined

export interface HeaderReaderSetup {
  /** The Referer of every request. */
  readonly referer: string | undefined
  /** What the platform reserves besides. */
  readonly whyReserved: WhyReserved | undefined
  readonly warn: (message: string) => void
}

/** Makes the reader of callers' headers; it warns once for each reserved name. [U-11] */
export function createHeaderReader({
  referer,
  whyReserved,
  warn,
}: HeaderReaderSetup): HeaderReader {
  const warned = new Set<string>()

  return (header, { sentences, isForm }) => {
    // Of two that differ in case alone, the last one counts.
    const kept: HeaderMap = new Map()
    for (const [name, given] of Object.entries(header ?? {})) {
      if (given === undefined || given === null) continue
      const key = name.toLowerCase()
      const reason =
        key === 'content-type' && isForm
          ? 'it carries the boundary of the form'
          : reserved.test(key)
            ? 'the platform sets it'
            : whyReserved?.(key)
      if (reason !== undefined) {
        if (!warned.has(key)) {
          warned.add(key)
          warn(`uploadFile: header "${name}" cannot be set and is left out: ${reason}`)
        }
        continue
      }
      const value = String(given)
      if (token.test(name) && isFieldValue(value)) {
        kept.set(key, [name, value])
      } else {
        const line = JSON.stringify(`${name}: ${value}`)
        sentences.push(`parameter.header should hold what HTTP can carry instead of ${line};`)
      }
    }
    if (referer !== undefined) kept.set('referer', ['Referer', referer])
    return kept
  }
}
