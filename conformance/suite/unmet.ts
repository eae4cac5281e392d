/** A promise that was not kept: what the case expected, and what it found. */
export class Unmet extends Error {
  override name = 'Unmet'
  readonly expected: string
  readonly found: string

  constructor({ expected, found }: { expected: string; found: string }) {
    super(`expected ${expected}, found ${found}`)
    this.expected = expected
    this.found = found
  }
}

/** Holds a host to a condition. */
export function expectThat(
  isMet: boolean,
  { expected, found }: { expected: string; found: unknown },
): asserts isMet {
  if (!isMet) throw new Unmet({ expected, found: formatFound(found) })
}

/** Holds a host to a value, compared as JSON; `what` says of what it is. */
export function expectEqual(found: unknown, expected: unknown, what: string): void {
  const [there, wanted] = [JSON.stringify(found), JSON.stringify(expected)]
  if (there === wanted) return
  throw new Unmet({
    expected: `${what} ${formatFound(expected)}`,
    found: formatFound(found),
  })
}

const mostCharacters = 200

/** What was found, for people: text as it is, anything else as JSON. */
export function formatFound(found: unknown): string {
  const text = typeof found === 'string' && found !== '' ? found : describe(found)
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text
}

function describe(found: unknown): string {
  if (found instanceof Error) return `${found.name}: ${found.message}`
  try {
    return JSON.stringify(found) ?? String(found)
  } catch {
    return String(found)
  }
}
