// @ts-check
import { readFileSync } from 'node:fs'

// USER_HZ, in which Linux counts for programs, whatever the kernel's own clock.
const ticksPerSecond = 100
const kibibyte = 1024

/**
 * What a process has used so far.
 *
 * @typedef {object} ProcessUsage
 * @property {number} cpuSeconds of all its threads.
 * @property {number} residentBytes in memory now.
 * @property {number} peakBytes most in memory since it began.
 */

/**
 * Reads what a process has used, as Linux tells it.
 *
 * @param {number} pid
 * @returns {ProcessUsage}
 */
export function readProcessUsage(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The program's name is in parentheses, and may have any character.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [userTicks, systemTicks] = [fields[11], fields[12]].map(Number)
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    cpuSeconds: ((userTicks ?? 0) + (systemTicks ?? 0)) / ticksPerSecond,
    residentBytes: readKibibytes(status, 'VmRSS'),
    peakBytes: readKibibytes(status, 'VmHWM'),
  }
}

/**
 * @param {string} status
 * @param {string} name
 */
function readKibibytes(status, name) {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * kibibyte
}
