import { encodeError } from './errors.ts'

/** 128 bits. */
const digitsEach = 32

/** A new boundary: 128 random bits, 46 characters, none of which needs quotes in a Content-Type. */
export function createBoundary(): string {
  // Math.random() can be predicted from earlier boundaries, and a file that contains the next one forges parts
  // [CVE-2025-22150, CVE-2025-7783].
  if (randomDigits === '') randomDigits = createDigits()
  const digits = randomDigits.slice(0, digitsEach)
  randomDigits = randomDigits.slice(digitsEach)
  return `----wx-upload-${digits}`
}

/** For boundaries to come: to ask the system for each takes longer than to write all the rest of a form. */
let randomDigits = ''

function createDigits(): string {
  const numbers = crypto.getRandomValues(new Uint32Array((digitsEach / 8) * 64))
  return Array.from(numbers, (number) => number.toString(16).padStart(8, '0')).join('')
}

/** Throws `boundary-invalid` unless `boundary` can be written into a Content-Type without quotes. */
export function assertPlainBoundary(boundary: string): void {
  if (!/^[0-9A-Za-z'+_.-]{1,70}$/.test(boundary)) {
    throw encodeError('boundary-invalid', {
      attempted: 'encoding a body with a given boundary',
      found: boundary,
    })
  }
}

/**
 * Throws `boundary-invalid` unless `boundary` is 1 to 70 printable ASCII characters that do not end in a space. More than
 * the grammar has: phones send boundaries of characters that it leaves out.
 */
export function assertBoundary(boundary: string, attempted: string): void {
  // [RFC 2046 §5.1.1]
  if (!/^[\x20-\x7e]{0,69}[\x21-\x7e]$/.test(boundary)) {
    throw encodeError('boundary-invalid', { attempted, found: boundary })
  }
}
