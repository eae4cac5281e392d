/**
 * Headers a caller cannot set, by lower-case name, each with the reason that the warning gives. [U-11]
 */
const reserved = new Map([
  ['referer', 'the platform sets it'],
  ['content-type', 'it carries the boundary of the form'],
  ['content-length', 'it follows from the form'],
  ['host', 'it follows from the url'],
  ['connection', 'it belongs to the connection'],
  ['transfer-encoding', 'the form is sent with its exact length'],
  ['expect', 'it belongs to the connection'],
  ['upgrade', 'it belongs to the connection'],
  ['trailer', 'the form has none'],
  ['te', 'it belongs to the connection'],
  ['keep-alive', 'it belongs to the connection'],
])

/** A header name that HTTP can carry. [RFC 9110 §5.6.2] */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Whether HTTP can carry a header value: one byte a character, no line break, no NUL. [RFC 9110 §5.5] */
export function isFieldValue(text: string): boolean {
  return fieldValue.test(text)
}

const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/

/** Reads a caller's header; what HTTP cannot carry adds a sentence to `sentences`. */
export type HeaderReader = (
  header: Readonly<Record<string, unknown>> | undefined,
  sentences: string[],
) => Readonly<Record<string, string>>

/** Why a platform does not let a caller set the header of this lower-case name; undefined where it does. */
export type WhyReserved = (name: string) => string | undefined

export interface HeaderReaderSetup {
  /** The Referer of every request. */
  readonly referer: string | undefined
  /** What the platform reserves besides. */
  readonly whyReserved: WhyReserved
  readonly warn: (message: string) => void
}

/** Makes the reader of callers' headers; it warns once for each reserved name. [U-11] */
export function createHeaderReader({
  referer,
  whyReserved,
  warn,
}: HeaderReaderSetup): HeaderReader {
  const warned = new Set<string>()

  return (header, sentences) => {
    // By lower-case name: of two that differ in case alone, the last one counts.
    const kept = new Map<string, readonly [name: string, value: string]>()
    for (const [name, given] of Object.entries(header ?? {})) {
      if (given === undefined || given === null) continue
      const key = name.toLowerCase()
      const reason = reserved.get(key) ?? whyReserved(key)
      if (reason !== undefined) {
        if (!warned.has(key)) {
          warned.add(key)
          warn(`uploadFile: header "${name}" cannot be set and is left out: ${reason}`)
        }
        continue
      }
      const value = String(given)
      const problem = findProblem(name, value)
      if (problem === undefined) kept.set(key, [name, value])
      else sentences.push(`parameter.header should hold what HTTP can carry instead of ${problem};`)
    }
    if (referer !== undefined) kept.set('referer', ['Referer', referer])
    return Object.fromEntries(kept.values())
  }
}

function findProblem(name: string, value: string): string | undefined {
  if (!token.test(name)) return `the name ${JSON.stringify(name)}`
  if (!isFieldValue(value)) return `the value of ${name}, ${JSON.stringify(value)}`
  return undefined
}
