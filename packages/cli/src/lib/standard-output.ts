import { CliError, systemErrorCode } from './errors.ts'

/** What a program prints its results to: a file, a pipe or a terminal. */
export interface StandardOutput {
  /** Whether a terminal shows it, which would obey what is in it. */
  readonly isTerminal: boolean
  /** Why nothing more can be written; undefined while it can, and when the reader of a pipe has just gone. */
  readonly error: CliError | undefined
  /** Writes a text, and resolves when it is out, or cannot be. */
  write(text: string): Promise<void>
}

/** Takes the errors of `stream` over. A pipe whose reader has gone, as `| head` does, takes everything and keeps nothing. */
export function createStandardOutput(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean },
): StandardOutput {
  let failure: unknown
  // The callback of the write has heard of it.
  stream.on('error', () => undefined)
  return {
    isTerminal: stream.isTTY === true,
    get error() {
      const code = systemErrorCode(failure) ?? String(failure)
      if (failure === undefined || code === 'EPIPE') return undefined
      return new CliError('output', `cannot write to standard output (${code})`, { cause: failure })
    },
    async write(text) {
      if (failure !== undefined) return
      await new Promise<void>((resolve) => {
        stream.write(text, (error) => {
          if (error) failure ??= error
          resolve()
        })
      })
    },
  }
}
