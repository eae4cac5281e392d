import { decodeTime, encodeTime } from 'ulid'

const pool = new BigUint64Array(64)
let drawn = pool.length

// Crockford's digits in the order of those that BigInt writes.
const digits = new Map(
  Array.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (digit, value) => [value.toString(32), digit]),
)

let latestMs = 0
let latestRandom = 0n

/**
 * A new id: a ULID, greater than every id this process made before, even when the clock goes back.
 *
 * Who has one cannot guess another: within a millisecond the next is a random step of 64 bits away, not one.
 */
export function createUploadId(): string {
  const nowMs = Date.now()
  const next = latestRandom + drawRandom() + 1n
  if (nowMs > latestMs || next >= 2n ** 80n) {
    latestMs = Math.max(nowMs, latestMs + 1)
    // The highest bit is left for the steps.
    latestRandom = (drawRandom() << 15n) | (drawRandom() & 0x7fffn)
  } else {
    latestRandom = next
  }
  return encodeTime(latestMs, 10) + encodeRandom(latestRandom)
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

function encodeRandom(random: bigint): string {
  return Array.from(random.toString(32).padStart(16, '0'), (digit) => digits.get(digit)).join('')
}

/** 64 bits of the system's; many at once, for each time it is asked costs more than the rest of an id. */
function drawRandom(): bigint {
  if (drawn === pool.length) {
    crypto.getRandomValues(pool)
    drawn = 0
  }
  const random = pool[drawn] ?? 0n
  drawn += 1
  return random
}
