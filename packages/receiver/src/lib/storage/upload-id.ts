import { decodeTime, encodeTime, monotonicFactory } from 'ulid'

const randomPool = new Uint32Array(256)
let randomsUsed = randomPool.length

const nextUlid = monotonicFactory(nextRandom)

/** A new id: a ULID, greater than every id this process made before, even when the clock goes back. */
export function createUploadId(): string {
  return nextUlid()
}

/** The first moment whose day has no name of ten characters. */
const endOfDaysMs = Date.UTC(10_000, 0)

/** Whether a text is an id as {@link createUploadId} writes them: upper case, and of a time before the year 10000. */
export function isUploadId(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text) && decodeTime(text) < endOfDaysMs
}

/** The UTC day an id was made on, such as `2026-11-23`: lookups need no index. */
export function uploadDay(id: string): string {
  return new Date(decodeTime(id)).toISOString().slice(0, 10)
}

/** What comes before every id of a time and after every id of an earlier one; of milliseconds since the epoch. */
export function firstIdOf(timeMs: number): string {
  return encodeTime(Math.max(Math.ceil(timeMs), 0), 10) + '0'.repeat(16)
}

// The library's own asks the system for every one of the sixteen characters, which costs more than the rest of an id.
function nextRandom(): number {
  if (randomsUsed === randomPool.length) {
    crypto.getRandomValues(randomPool)
    randomsUsed = 0
  }
  const random = randomPool[randomsUsed] ?? 0
  randomsUsed += 1
  return random / 2 ** 32
}
