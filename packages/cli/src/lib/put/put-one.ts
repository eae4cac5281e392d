import { stat } from 'node:fs/promises'
import { escapeControls, escapeLines, formatDisplayName } from '../display-name.ts'
import { exitReasonOf, formatOutcomeJson } from '../outcome.ts'
import type { ExitReason } from '../exit-codes.ts'
import { createProgressView, createSilentView } from '../progress-view.ts'
import type { StandardOutput } from '../standard-output.ts'
import { createColors } from '../terminal.ts'
import { formatEndingLine } from './ending-line.ts'
import { sendFile, type Sending } from './send-file.ts'

/**
 * Uploads one file, and shows it on its way.
 *
 * @throws {CliError} where the answer cannot be written
 */
export async function putOne(
  file: string,
  setup: Sending & { readonly output: StandardOutput },
): Promise<ExitReason> {
  const { url, options, output } = setup
  const isQuiet = options.quiet === true
  const stats = await stat(file).catch(() => undefined)
  const sizeBytes = stats?.size ?? 0
  // The last segment of a device, such as null, does not say what was meant.
  const displayName = stats?.isFile() === false ? escapeControls(file) : formatDisplayName(file)
  const view = isQuiet ? createSilentView() : createProgressView(process.stderr, displayName)
  const startedAt = performance.now()
  const outcome = await sendFile({ path: file, sizeBytes }, setup, (sentBytes) =>
    view.update(sentBytes, sizeBytes),
  )
  view.end()
  const durationMs = performance.now() - startedAt
  process.stderr.write(
    formatEndingLine(
      { path: file, displayName, sizeBytes, durationMs, outcome },
      { host: url.host, isQuiet, colors: createColors(process.stderr) },
    ),
  )
  if (options.json === true) await output.write(`${formatOutcomeJson(file, outcome)}\n`)
  else if (outcome.kind === 'answered' && outcome.data !== '') {
    // A program gets the answer as it came; a terminal would obey what is in it.
    await output.write(`${output.isTerminal ? escapeLines(outcome.data) : outcome.data}\n`)
  }
  if (output.error) throw output.error
  return exitReasonOf(outcome)
}
