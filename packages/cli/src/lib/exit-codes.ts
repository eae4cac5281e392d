/** The ways the command can end. */
export type ExitReason =
  | 'ok'
  | 'unexpected'
  | 'usage'
  | 'file'
  | 'network'
  | 'timeout'
  | 'http'
  | 'listen'
  | 'folder'
  | 'bucket'
  | 'certificate'
  | 'output'
  | 'aborted'

/** Each way's exit code, and what the help says about it. */
const exitCodeTable: Record<ExitReason, readonly [exitCode: number, meaning: string]> = {
  ok: [0, 'everything asked for was done'],
  unexpected: [1, 'an error in wx-upload itself, or a Node.js it does not run on'],
  usage: [2, 'the command line is wrong'],
  file: [3, 'a file cannot be read, or it changed while it was sent'],
  network: [4, 'the server cannot be reached, or the connection broke'],
  timeout: [5, 'the upload took longer than --timeout'],
  http: [6, 'the server answered with a status of 400 or more'],
  listen: [7, 'serve, faults: the address or port cannot be used'],
  folder: [8, 'serve: the folder cannot be written'],
  bucket: [9, 'serve: the bucket of --storage cannot be used'],
  certificate: [10, 'serve, faults: the certificate or its key cannot be used'],
  output: [11, 'put: standard output or the list of --failed-to cannot be written'],
  aborted: [130, 'interrupted by Ctrl-C or SIGTERM'],
}

/** The exit code of a way to end. */
export function exitCodeOf(reason: ExitReason): number {
  return exitCodeTable[reason][0]
}

/** The table of exit codes as lines for the help. */
export function formatExitCodes(): string {
  return Object.values(exitCodeTable)
    .map(([exitCode, meaning]) => `  ${String(exitCode).padStart(3)}  ${meaning}`)
    .join('\n')
}
