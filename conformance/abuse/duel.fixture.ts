import { expect, onTestFinished } from 'vitest'
import { type AbusedServer, measureUploads, type Strain } from './abused-server.fixture.ts'
import type { Attack } from './attackers.fixture.ts'

const mib = 1024 * 1024
const rounds = 5
/** How fast uploads of others have to go on, of their speed without an attack. */
export const leastRatio = 0.5

/**
 * Measures the uploads of others without and with an attack, in turns, on one server or on two: five times, and up to ten where
 * the machine is busy with other things. What an attack is compared with is what was measured just before and just after.
 */
export async function duel(
  { quietly, abused }: { quietly: AbusedServer; abused: AbusedServer },
  start: () => Attack,
): Promise<Duel> {
  const turns: Turn[] = []
  for (const server of [quietly, abused]) await measureUploads(server)
  let before = await measureUploads(quietly)
  while (
    turns.length < rounds ||
    (turns.length < 2 * rounds && middleOf(turns).ratio <= leastRatio)
  ) {
    await abused.strain()
    const attack = start()
    onTestFinished(() => attack.stop())
    await expect.poll(() => attack.open() > 0, { timeout: 60_000 }).toBe(true)
    const attacked = await measureUploads(abused)
    const strain = await abused.strain()
    attack.stop()
    await quietly.strain()
    const after = await measureUploads(quietly)
    const quietStrain = await quietly.strain()
    const quiet = (before + after) / 2
    before = after
    turns.push({ quiet, attacked, quietStrain, strain, answers: attack.answers() })
  }
  return { ...middleOf(turns), answers: turns.flatMap(({ answers }) => answers) }
}

interface Turn {
  /** Bytes a second. */
  readonly quiet: number
  readonly attacked: number
  readonly quietStrain: Strain
  readonly strain: Strain
  /** What the attackers heard. */
  readonly answers: readonly string[]
}

/** The turn in the middle, by how much slower uploads were, and the answers of all. */
export interface Duel extends Turn {
  /** How fast uploads were meanwhile, of what they were just before. */
  readonly ratio: number
}

function middleOf(turns: readonly Turn[]): Duel {
  const ordered = turns
    .map((turn) => ({ ...turn, ratio: turn.attacked / turn.quiet }))
    .toSorted((a, b) => a.ratio - b.ratio)
  const middle = ordered[Math.floor(ordered.length / 2)]
  if (middle === undefined) throw new Error('there was no turn')
  return middle
}

/** Prints the figures. */
export function tell(name: string, { quiet, attacked, ratio, quietStrain, strain }: Duel): void {
  const rate = (value: number): string => `${(value / mib).toFixed(0)} MiB/s`
  const memory = ({ peakBytes }: Strain): string => `${(peakBytes / mib).toFixed(0)} MiB`
  const delay = ({ delayMs }: Strain): string => `${delayMs.toFixed(0)} ms`
  console.info(
    `${name}: uploads of others ${rate(quiet)} before, ${rate(attacked)} meanwhile (${ratio.toFixed(2)}); ` +
      `memory ${memory(quietStrain)}, ${memory(strain)}; event loop late by ${delay(quietStrain)}, ${delay(strain)}`,
  )
}
