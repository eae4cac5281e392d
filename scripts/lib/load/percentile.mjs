// @ts-check

/**
 * The smallest of the values that so many percent are not above; NaN of none.
 *
 * @param {readonly number[]} values
 * @param {number} percent
 */
export function percentile(values, percent) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN
}

/**
 * The value in the middle; of an even number, the lower of the two.
 *
 * @param {readonly number[]} values
 */
export function median(values) {
  return percentile(values, 50)
}
