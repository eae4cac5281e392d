import { decodeTime, encodeTime } from 'ulid'

const timeLength = 10

let latest = ''

/**
 * The id of an upload that is complete, from the one with which it began: the time is that of now, the random digits stay, so
 * that names alone tell which files belong to which record. Greater than every id this process made so before, even when the
 * clock goes back.
 */
export function createSealedId(startId: string, nowMs: number): string {
  const random = randomDigits(startId)
  const started = decodeTime(startId)
  const timeMs = latest === '' ? started : Math.max(started, decodeTime(latest))
  const id = encodeTime(Math.max(nowMs, timeMs), timeLength) + random
  // Within one millisecond the random digits would decide.
  latest = id > latest ? id : encodeTime(decodeTime(latest) + 1, timeLength) + random
  return latest
}

/** What the id of an upload and the id with which it began have in common. */
export function randomDigits(id: string): string {
  return id.slice(timeLength)
}

/** The part of an id that tells the time; sorts by it. */
export function timeDigits(id: string): string {
  return id.slice(0, timeLength)
}
