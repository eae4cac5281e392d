import { ReceiverError } from '../problem/errors.ts'
import type { TypeRule } from './file-type-check.ts'
import { isMediaRange } from './media-range.ts'

/**
 * What a receiver takes, as a rule for its files; none where it takes anything. Throws a TypeError for a list that is none or
 * has something else in it, so that a typo is no hole.
 */
export function createTypeRules(ranges: readonly string[] | undefined): readonly TypeRule[] {
  if (ranges === undefined) return []
  if (!Array.isArray(ranges) || ranges.length === 0) {
    throw new TypeError('allowTypes should be a list of media types; leave it out to take any')
  }
  for (const range of ranges) {
    if (isMediaRange(range)) continue
    throw new TypeError(
      `allowTypes should have media types such as application/pdf or image/* instead of ${JSON.stringify(range)}`,
    )
  }
  return [{ ranges, refuse: (found) => notAllowed(found, ranges) }]
}

function notAllowed(found: string, ranges: readonly string[]): ReceiverError {
  return new ReceiverError(
    'type-not-allowed',
    `Receiving a file: ${found}, and this server takes ${ranges.join(', ')}`,
  )
}
