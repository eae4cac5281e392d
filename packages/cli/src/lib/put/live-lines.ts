import path from 'node:path'
import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import { formatBytes, formatDuration, type Progress, wholeShare } from '../progress-line.ts'
import type { Colors } from '../terminal.ts'

const mostLines = 12
const mostNameColumns = 28
const mostBarColumns = 30
// Narrower than this, the bar would be all but gone beside sizes and speeds.
const columnsForFigures = 60
const gap = '  '

/** How far all uploads are. */
export interface OverallProgress {
  readonly uploaded: number
  readonly failed: number
  /** How many there are; undefined where that is not known yet. */
  readonly files: number | undefined
  readonly sentBytes: number
  readonly bytesPerSecond: number
  readonly elapsedMs: number
}

/** The size of a terminal, and whether it has colours. */
export interface Screen {
  readonly columns: number
  readonly rows: number
  readonly colors: Colors
}

/**
 * Draws uploads that run, one a line below each other like a table, and a last line for all of them. It is never higher than a
 * dozen lines or the terminal, nor as wide as that: some terminals wrap a line that fills the last column.
 */
export function formatLiveLines(
  running: readonly Progress[],
  overall: OverallProgress,
  screen: Screen,
): string[] {
  // A row stays free for the cursor, one is the last line.
  const room = Math.max(0, Math.min(mostLines, screen.rows - 2))
  const isTooMany = running.length > room
  const shown = isTooMany ? running.slice(0, Math.max(0, room - 1)) : running
  const lines = shown.map((progress) => formatLine(progress, screen))
  if (isTooMany && room > 0) lines.push(`… and ${running.length - shown.length} more`)
  lines.push(formatOverall(overall, screen.columns - 1))
  return lines.map((line) => cliTruncate(line, Math.max(1, screen.columns - 1)))
}

function formatLine(progress: Progress, { columns, colors }: Screen): string {
  const { name, totalBytes } = progress
  const figures = [`${wholeShare(progress, 100)}%`.padStart('100%'.length)]
  if (columns >= columnsForFigures) {
    figures.push(
      formatBytes(totalBytes).padStart('999.9 kB'.length),
      formatSpeed(progress).padStart('999.9 kB/s'.length),
    )
  }
  const shownFigures = figures.join(gap)
  const nameColumns = Math.min(mostNameColumns, Math.floor(columns / 3))
  const shownName = fitName(name, nameColumns)
  const padding = ' '.repeat(Math.max(0, nameColumns - stringWidth(shownName)))
  const room = columns - 1 - nameColumns - 2 * gap.length - stringWidth(shownFigures)
  const barColumns = Math.max(0, Math.min(mostBarColumns, room))
  const filled = wholeShare(progress, barColumns)
  const bar = colors.cyan('█'.repeat(filled)) + colors.dim('░'.repeat(barColumns - filled))
  return [shownName + padding, bar, shownFigures].join(gap)
}

/** A name in so many columns, at least one. Where it is too long, its folders are what can be done without. */
function fitName(name: string, columns: number): string {
  const shown = stringWidth(name) > columns ? path.basename(name) : name
  const fitted = cliTruncate(shown, Math.max(1, columns), { position: 'middle' })
  // Where it is cut inside a wide character, that is in it with both its columns.
  if (columns <= 1 || stringWidth(fitted) <= columns) return fitted
  return cliTruncate(shown, columns - 1, { position: 'middle' })
}

function formatSpeed({ sentBytes, totalBytes, bytesPerSecond }: Progress): string {
  if (sentBytes === totalBytes) return 'waiting'
  return bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : ''
}

/** As much of it as fits, and at least the counts. */
function formatOverall(overall: OverallProgress, columns: number): string {
  const { uploaded, failed, files, sentBytes, bytesPerSecond, elapsedMs } = overall
  const counts = files === undefined ? `${uploaded} uploaded` : `${uploaded} of ${files} uploaded`
  const figures = [
    formatBytes(sentBytes),
    `${formatBytes(bytesPerSecond)}/s`,
    formatDuration(Math.floor(elapsedMs / 1000)),
  ]
  return figures.reduce(
    (line, figure) => {
      const longer = line + gap + figure
      return stringWidth(longer) <= columns ? longer : line
    },
    failed > 0 ? `${counts}, ${failed} failed` : counts,
  )
}
