import cliTruncate from 'cli-truncate'
import prettyBytes from 'pretty-bytes'
import stringWidth from 'string-width'
import type { Colors } from './terminal.ts'

const nameColumns = { least: 10, most: 28 }
const barColumns = { least: 8, most: 30 }
const gap = '  '

/** How far an upload is. */
export interface Progress {
  readonly name: string
  readonly sentBytes: number
  readonly totalBytes: number
  /** 0 while it is not known. */
  readonly bytesPerSecond: number
  /** Whether nothing more will happen. */
  readonly isEnded: boolean
}

/**
 * Draws an upload's progress in one line that is never wider than the terminal: name, bar, percent, bytes, speed and
 * time left. In a narrow terminal the last of them are left out first.
 */
export function formatProgressLine(
  progress: Progress,
  { columns, colors }: { columns: number; colors: Colors },
): string {
  const { name } = progress
  // One column stays free: some terminals wrap a line that fills the last one.
  const available = columns - 1
  const shortestName = Math.min(nameColumns.least, stringWidth(name))
  const figures = fitFigures(
    formatFigures(progress),
    available - shortestName - gap.length - barColumns.least - gap.length,
  )

  const room = available - gap.length - gap.length - stringWidth(figures)
  const shownName = cliTruncate(
    name,
    Math.max(1, Math.min(nameColumns.most, room - barColumns.least)),
    { position: 'middle' },
  )
  const barWidth = Math.min(barColumns.most, room - stringWidth(shownName))
  if (barWidth < 1) return cliTruncate(figures, Math.max(1, available))
  const filled = wholeShare(progress, barWidth)
  const bar = colors.cyan('█'.repeat(filled)) + colors.dim('░'.repeat(barWidth - filled))
  return `${shownName}${gap}${bar}${gap}${figures}`.trimEnd()
}

/** How many whole ones of so many have been sent: 29 of 100 where 29 of 100 bytes have. */
export function wholeShare(
  { sentBytes, totalBytes }: Pick<Progress, 'sentBytes' | 'totalBytes'>,
  parts: number,
): number {
  // Multiplied first: a hundred times 0.29 is less than 29.
  return totalBytes === 0 ? parts : Math.floor((sentBytes * parts) / totalBytes)
}

/** A number of bytes for people: `1.23 MB`. */
export function formatBytes(bytes: number): string {
  return prettyBytes(bytes, { maximumFractionDigits: 1 })
}

/** A span of time for people: `0:07`, `12:30`, `3:05:00`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds)
  const parts = [Math.floor(whole / 60) % 60, whole % 60]
  const hours = Math.floor(whole / 3600)
  if (hours === 0) return `${parts[0]}:${String(parts[1]).padStart(2, '0')}`
  return [hours, ...parts.map((part) => String(part).padStart(2, '0'))].join(':')
}

/** The figures after the bar, each as wide at every moment, so that the bar keeps its length. */
function formatFigures(progress: Progress): string[] {
  const { sentBytes, totalBytes, bytesPerSecond, isEnded } = progress
  const sent = [
    `${wholeShare(progress, 100)}%`.padStart('100%'.length),
    `${formatBytes(sentBytes).padStart('999.9 kB'.length)} / ${formatBytes(totalBytes)}`,
  ]
  if (sentBytes === totalBytes && !isEnded) return [...sent, 'waiting for the answer']
  const isMoving = bytesPerSecond > 0 && !isEnded
  const secondsLeft = (totalBytes - sentBytes) / bytesPerSecond
  return [
    ...sent,
    (isMoving ? `${formatBytes(bytesPerSecond)}/s` : '').padStart('999.9 kB/s'.length),
    (isMoving ? `${formatDuration(secondsLeft)} left` : '').padStart('00:00 left'.length),
  ]
}

/** As many of the figures as fit, at least the first. */
function fitFigures(figures: readonly string[], columns: number): string {
  const line = figures.join(gap)
  if (stringWidth(line) <= columns || figures.length === 1) return line
  return fitFigures(figures.slice(0, -1), columns)
}
