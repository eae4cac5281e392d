import { setMaxListeners } from 'node:events'
import { exitReasonOf, formatOutcomeJson } from '../outcome.ts'
import type { ExitReason } from '../exit-codes.ts'
import type { StandardOutput } from '../standard-output.ts'
import { createColors } from '../terminal.ts'
import type { Outcome } from '../upload.ts'
import { formatEndingLine } from './ending-line.ts'
import { type Found, findFiles } from './find-files.ts'
import { formatRunAgain } from './run-again.ts'
import { sendFile, type Sending } from './send-file.ts'
import { formatSummary } from './summary.ts'
import { createTally } from './tally.ts'
import { createNoList, createUnsentList } from './unsent-list.ts'
import { createPlainView, createUploadsView, type UploadsView } from './uploads-view.ts'
import { workThrough } from './work-through.ts'

/** What many files are uploaded with. */
export interface SendingMany extends Sending {
  readonly output: StandardOutput
  /** How many names there are; undefined where that is not known. */
  readonly nameCount: number | undefined
  /** How the command is called. */
  readonly program: string
  /** Takes the function that prints warnings while uploads run. */
  readonly onPrinter: (print: (text: string) => void) => void
}

/**
 * Uploads many files, some at once, and says at the end what was sent, what was not, and how to send that.
 *
 * It holds no more files than it sends at once. What fails does not stop the others, but what would go wrong with each of
 * them does, and what is going on ends by itself.
 *
 * @throws {CliError} where names cannot be read or results cannot be written
 */
export async function putMany(
  names: AsyncIterable<string> | Iterable<string>,
  setup: SendingMany,
): Promise<ExitReason> {
  const { url, options, output, signal, program } = setup
  const { stderr } = process
  const isQuiet = options.quiet === true
  const startedAt = performance.now()
  const colors = createColors(stderr)
  const tally = createTally(url.host)
  const unsent =
    isQuiet && options.failedTo === undefined
      ? createNoList()
      : await createUnsentList({ file: options.failedTo, isNull: options.null === true })
  // A folder may hold any number.
  let fileCount = setup.nameCount
  const view = isQuiet
    ? createPlainView(stderr)
    : createUploadsView(stderr, () => ({ ...tally.totals(), files: fileCount }))
  setup.onPrinter((text) => view.print(text))
  const stop = new AbortController()
  // Each upload under way listens, and the sequence.
  setMaxListeners(options.concurrency + 2, signal)

  async function send(found: Found, index: number): Promise<void> {
    const { path, displayName } = found
    const isFile = found.kind === 'file'
    const sizeBytes = isFile ? found.sizeBytes : 0
    const sentAt = performance.now()
    const outcome = isFile ? await sendShown(found) : found.outcome
    const durationMs = performance.now() - sentAt
    const reason = exitReasonOf(outcome)
    const why = isFile ? undefined : found.why
    tally.note({ index, isFile, displayName, sizeBytes, outcome, why })
    view.print(
      formatEndingLine(
        { path, displayName, sizeBytes, durationMs, outcome, why },
        { host: url.host, isQuiet, colors },
      ),
    )
    if (reason !== 'ok') await unsent.add(path)
    await writeAnswer({ path, outcome }, { isJson: options.json === true, output, view })
    // What is wrong with the options is wrong with every file.
    if (reason === 'usage' || output.error) stop.abort()
  }

  async function sendShown(file: Extract<Found, { kind: 'file' }>): Promise<Outcome> {
    const shown = view.begin(file.displayName, file.sizeBytes)
    const outcome = await sendFile(file, setup, (sentBytes) => shown.update(sentBytes))
    shown.end()
    return outcome
  }

  async function leave(found: Found): Promise<void> {
    if (found.kind === 'file') tally.noteNotStarted()
    await unsent.add(found.path)
  }

  async function report(isWhole: boolean): Promise<void> {
    view.end()
    const totals = tally.totals()
    const rest = await unsent.close(isWhole)
    if (isQuiet || (!isWhole && totals.files === 0)) return
    const isPublic = !stderr.isTTY
    stderr.write(
      formatSummary(totals, {
        durationMs: performance.now() - startedAt,
        // The same command would fail again.
        unsent: totals.exitReason === 'usage' ? { kind: 'none' } : rest,
        formatRunAgain: (unsent) => formatRunAgain(unsent, { program, url, options, isPublic }),
        colors,
      }),
    )
  }

  const found = findFiles(names, {
    onFolder: () => (fileCount = undefined),
    onSkip: () => tally.noteSkipped(),
  })
  let isWhole = false
  try {
    await workThrough(found, {
      concurrency: options.concurrency,
      signal: AbortSignal.any([signal, stop.signal]),
      work: send,
      leave,
    })
    isWhole = true
  } finally {
    await report(isWhole)
  }
  if (output.error) throw output.error
  // An interruption says more than what had failed before it.
  return signal.aborted ? 'aborted' : tally.totals().exitReason
}

async function writeAnswer(
  { path, outcome }: { path: string; outcome: Outcome },
  { isJson, output, view }: { isJson: boolean; output: StandardOutput; view: UploadsView },
): Promise<void> {
  const data = outcome.kind === 'answered' ? outcome.data : ''
  // On a terminal, answers to many files would bury the lines that say how each went.
  if (!isJson && (output.isTerminal || data === '')) return
  if (output.isTerminal) view.hide()
  await output.write(`${isJson ? formatOutcomeJson(path, outcome) : data}\n`)
}
