import { exitCodeOf, type ExitReason } from './exit-codes.ts'

/** What ends the command, told to its user in one sentence: what was attempted, what was found, what to do. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly reason: ExitReason

  constructor(reason: ExitReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.reason = reason
  }

  get exitCode(): number {
    return exitCodeOf(this.reason)
  }
}

/** The code of an error of the operating system, such as `EADDRINUSE`; undefined for any other error. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
