import { escapeControls } from '../display-name.ts'
import { formatBytes } from '../progress-line.ts'
import type { Colors } from '../terminal.ts'
import type { FailedAlike, Totals } from './tally.ts'
import type { Unsent } from './unsent-list.ts'

/** What a summary tells besides the totals. */
export interface SummaryOptions {
  readonly durationMs: number
  readonly unsent: Unsent
  /** The command that uploads what has not been uploaded. */
  readonly formatRunAgain: (unsent: Extract<Unsent, { kind: 'names' | 'file' }>) => string
  readonly colors: Colors
}

/** What many uploads came to, as lines that end with a line break: what was sent, what was not and why, and how to send it. */
export function formatSummary(
  totals: Totals,
  { durationMs, unsent, formatRunAgain, colors }: SummaryOptions,
): string {
  const { files, uploaded, uploadedBytes, failed, failures, notStarted, skipped } = totals
  const lines = [`${uploaded} of ${count(files, 'file')} uploaded`]
  if (uploaded > 0)
    lines[0] += `: ${formatBytes(uploadedBytes)} ${formatPace(uploadedBytes, durationMs)}`
  if (failed > 0) lines.push(colors.red(`${failed} failed:`), ...failures.map(formatFailedAlike))
  if (notStarted > 0) lines.push(`${count(notStarted, 'file')} not started`)
  if (skipped > 0) {
    lines.push(
      `left out in folders: ${count(skipped, 'symbolic link, device or pipe', 'symbolic links, devices and pipes')}`,
    )
  }
  lines.push(...formatUnsent(unsent, formatRunAgain))
  return `${lines.join('\n')}\n`
}

function formatUnsent(
  unsent: Unsent,
  formatRunAgain: SummaryOptions['formatRunAgain'],
): readonly string[] {
  switch (unsent.kind) {
    case 'none':
      return []
    case 'lost':
      return ['No list of them could be written; --failed-to says where to.']
    case 'names':
      return ['To upload what was not:', `  ${formatRunAgain(unsent)}`]
    case 'file': {
      const { file, unlistable } = unsent
      const lines = ['To upload what was not:', `  ${formatRunAgain(unsent)}`]
      if (unlistable === 0) return lines
      const names = count(unlistable, 'name')
      return [
        ...lines,
        `  but ${names} with a line break, which ${escapeControls(file)} has with --null alone`,
      ]
    }
    default:
      return unsent satisfies never
  }
}

function formatPace(bytes: number, durationMs: number): string {
  const seconds = `in ${(durationMs / 1000).toFixed(1)} s`
  return durationMs > 0 ? `${seconds} (${formatBytes((bytes * 1000) / durationMs)}/s)` : seconds
}

function formatFailedAlike({ why, count, examples }: FailedAlike): string {
  const more = count - examples.length
  const names = [...examples, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  return `  ${count}  ${why}: ${names}`
}

function count(things: number, one: string, many = `${one}s`): string {
  return `${things} ${things === 1 ? one : many}`
}
