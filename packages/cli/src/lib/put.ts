import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { rootCertificates } from 'node:tls'
import { createWx, type Wx } from '@wx-upload/client'
import { escapeControls, escapeLines, formatDisplayName } from './display-name.ts'
import { CliError, systemErrorCode } from './errors.ts'
import { exitCodeOf } from './exit-codes.ts'
import { createInterruption } from './interruption.ts'
import { exitReasonOf, formatFailure, formatOutcomeJson, formatStatus } from './outcome.ts'
import { formatBytes } from './progress-line.ts'
import { createProgressView, createSilentView } from './progress-view.ts'
import { createColors } from './terminal.ts'
import { type Outcome, upload } from './upload.ts'
import type { UploadTarget } from './upload-target.ts'

/** The options of `wx-upload put`, parsed. */
export interface PutOptions {
  /** Key of the file in the form. */
  readonly name: string
  readonly form: Readonly<Record<string, string>>
  readonly header: Readonly<Record<string, string>>
  readonly timeout?: number
  readonly json?: true
  readonly quiet?: true
  readonly ca?: string
  readonly insecure?: true
}

/**
 * Uploads files one after another. The servers' answers go to stdout, progress and messages to stderr.
 *
 * Returns the exit code, which is that of the first file that failed.
 */
export async function put({ files, url }: UploadTarget, options: PutOptions): Promise<number> {
  const ca = options.ca === undefined ? undefined : await readAuthority(options.ca)
  // [U-07] The rule protects the users of an app; here the user has typed the address.
  const wx = createWx({
    urlCheck: false,
    rejectUnauthorized: options.insecure !== true,
    // It adds to those that Node.js trusts.
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    warn: (message) => {
      if (options.quiet !== true) warn(message)
    },
  })
  if (options.quiet !== true) warnOfPlainHttp(url)
  const signal = createInterruption()
  const outcomes: Outcome[] = []
  for (const file of files) {
    const outcome = await putFile(file, { wx, url, options, signal })
    outcomes.push(outcome)
    if (signal.aborted) break
  }
  if (files.length > 1 && options.quiet !== true) {
    const uploaded = outcomes.filter((outcome) => exitReasonOf(outcome) === 'ok').length
    process.stderr.write(`${uploaded} of ${files.length} files uploaded\n`)
  }
  const firstFailure = outcomes.map(exitReasonOf).find((reason) => reason !== 'ok')
  return exitCodeOf(firstFailure ?? 'ok')
}

async function readAuthority(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const found = systemErrorCode(cause) ?? String(cause)
    throw new CliError('file', `cannot read ${file} of --ca (${found})`, { cause })
  }
}

async function putFile(
  file: string,
  { wx, url, options, signal }: { wx: Wx; url: URL; options: PutOptions; signal: AbortSignal },
): Promise<Outcome> {
  const stats = await stat(file).catch(() => undefined)
  const sizeBytes = stats?.size ?? 0
  // The last segment of a folder or device, such as null, does not say what was meant.
  const displayName = stats?.isFile() === false ? escapeControls(file) : formatDisplayName(file)
  const view =
    options.quiet === true ? createSilentView() : createProgressView(process.stderr, displayName)
  const startedAt = performance.now()
  const outcome = await upload(
    {
      url: url.href,
      // An absolute path, so that no name, such as file:a.txt, is taken for an address.
      filePath: path.resolve(file),
      name: options.name,
      header: options.header,
      formData: options.form,
      // A person is watching, who knows better than a minute how long the file may take.
      timeout: options.timeout ?? Infinity,
    },
    {
      wx,
      signal,
      onProgress(event) {
        // The task counts the whole form, most of which goes ahead of the file.
        const formBytes = event.totalBytesExpectedToSend - sizeBytes
        view.update(Math.max(0, event.totalBytesSent - formBytes), sizeBytes)
      },
    },
  )
  view.end()
  reportOutcome(outcome, {
    file,
    displayName,
    host: url.host,
    options,
    sentence: `${formatBytes(sizeBytes)} in ${formatSeconds(performance.now() - startedAt)}`,
  })
  return outcome
}

function reportOutcome(
  outcome: Outcome,
  {
    file,
    displayName,
    host,
    options,
    sentence,
  }: { file: string; displayName: string; host: string; options: PutOptions; sentence: string },
): void {
  const colors = createColors(process.stderr)
  if (exitReasonOf(outcome) !== 'ok') {
    const failure = formatFailure(outcome, { file: escapeControls(file), host })
    process.stderr.write(`${colors.red('✗')} ${displayName}  ${failure}\n`)
  } else if (outcome.kind === 'answered' && options.quiet !== true) {
    const status = formatStatus(outcome.statusCode)
    process.stderr.write(`${colors.green('✓')} ${displayName}  ${sentence}, ${status}\n`)
  }
  // console.log, unlike stdout.write, is silent when the reader of a pipe has gone.
  if (options.json === true) console.log(formatOutcomeJson(file, outcome))
  else if (outcome.kind === 'answered' && outcome.data !== '') {
    // A program gets the answer as it came; a terminal would obey what is in it.
    console.log(process.stdout.isTTY ? escapeLines(outcome.data) : outcome.data)
  }
}

function warnOfPlainHttp(url: URL): void {
  const isLoopback = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || isLoopback) return
  warn(`${url.origin} is not encrypted, so anybody on the way can read and change uploads`)
}

function warn(message: string): void {
  process.stderr.write(`${createColors(process.stderr).yellow('warning:')} ${message}\n`)
}

function formatSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`
}
