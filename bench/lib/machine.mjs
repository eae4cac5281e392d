// @ts-check
import { cpus, release, totalmem } from 'node:os'

const gigabyte = 1_000_000_000

/**
 * What the absolute figures are of.
 *
 * @typedef {{ processors: string, memory: string, system: string, node: string }} Machine
 */

/** @returns {Machine} */
export function describeMachine() {
  const all = cpus()
  return {
    processors: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / gigabyte)} GB`,
    system: `Linux ${release()}`,
    node: process.version,
  }
}
