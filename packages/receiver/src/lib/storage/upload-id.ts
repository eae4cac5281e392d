import { decodeTime, encodeTime } from 'ulid'

const pool = new Uint32Array(512)
let drawn = pool.length

// Crockford's.
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

// Half of the 80 random bits: a number is exact up to 53, and a BigInt takes longer to write than all the rest of an id.
const halfBits = 40
const halfRange = 2 ** halfBits
const halfDigits = 8

let latestMs = 0
let latestHigh = 0
let latestLow = 0

/**
 * A new id: a ULID, greater than every id this process made before, even when the clock goes back.
 *
 * Who has one cannot guess another: within a millisecond the next is a random step of 64 bits away, not one.
 */
export function createUploadId(): string {
  const nowMs = Date.now()
  if (nowMs > latestMs || !stepRandom()) {
    latestMs = Math.max(nowMs, latestMs + 1)
    // The highest bit is left for the steps.
    latestHigh = drawBits(halfBits - 1)
    latestLow = drawBits(halfBits)
  }
  return encodeTime(latestMs, 10) + encodeHalf(latestHigh) + encodeHalf(latestLow)
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

/** Adds 64 random bits and 1; false, and nothing is changed, where there is no room for more. */
function stepRandom(): boolean {
  const low = latestLow + drawBits(halfBits) + 1
  const carry = low < halfRange ? 0 : 1
  const high = latestHigh + drawBits(64 - halfBits) + carry
  if (high >= halfRange) return false
  latestHigh = high
  latestLow = low - carry * halfRange
  return true
}

function encodeHalf(half: number): string {
  let text = ''
  for (let rest = half; text.length < halfDigits; rest = Math.floor(rest / 32))
    text = digits.charAt(rest % 32) + text
  return text
}

/** Up to {@link halfBits} random bits. */
function drawBits(bits: number): number {
  const half = drawWord() * 2 ** (halfBits - 32) + (drawWord() >>> (64 - halfBits))
  return Math.floor(half / 2 ** (halfBits - bits))
}

/** 32 bits of the system's; many at once, for each time it is asked costs more than the rest of an id. */
function drawWord(): number {
  if (drawn === pool.length) {
    crypto.getRandomValues(pool)
    drawn = 0
  }
  const word = pool[drawn] ?? 0
  drawn += 1
  return word
}
