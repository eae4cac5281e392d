/** Random numbers from 0 to 1 that are the same each time, so that what failed can be run again. (mulberry32) */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of several, by a number from 0 to 1. */
export function pickBy<T>(choices: readonly T[], number: number): T {
  const choice = choices[Math.floor(number * choices.length)]
  if (choice === undefined) throw new RangeError('There is nothing to pick from')
  return choice
}
