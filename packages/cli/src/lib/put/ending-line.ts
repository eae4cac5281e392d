import { escapeControls } from '../display-name.ts'
import { exitReasonOf, formatFailure, formatStatus } from '../outcome.ts'
import { formatBytes } from '../progress-line.ts'
import type { Colors } from '../terminal.ts'
import type { Outcome } from '../upload.ts'

/** What a line says of an upload that has ended. */
export interface EndingLine {
  /** The path of the file. */
  readonly path: string
  readonly displayName: string
  readonly sizeBytes: number
  readonly durationMs: number
  readonly outcome: Outcome
  /** Why it failed, where that is known better than from the outcome. */
  readonly why?: string | undefined
}

/** How an upload went, in one line with its line break; nothing where only failures are asked for and it went well. */
export function formatEndingLine(
  { path, displayName, sizeBytes, durationMs, outcome, why }: EndingLine,
  { host, isQuiet, colors }: { host: string; isQuiet: boolean; colors: Colors },
): string {
  if (exitReasonOf(outcome) !== 'ok') {
    const failure =
      why === undefined
        ? formatFailure(outcome, { file: escapeControls(path), host })
        : `${why}: ${outcome.errMsg}`
    return `${colors.red('✗')} ${displayName}  ${failure}\n`
  }
  if (isQuiet || outcome.kind !== 'answered') return ''
  const sentence = `${formatBytes(sizeBytes)} in ${(durationMs / 1000).toFixed(1)} s`
  return `${colors.green('✓')} ${displayName}  ${sentence}, ${formatStatus(outcome.statusCode)}\n`
}
