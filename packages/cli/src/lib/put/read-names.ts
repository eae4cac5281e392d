import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { CliError, systemErrorCode } from '../errors.ts'

/** Longer than any path that a system takes. */
const maxNameLength = 64 * 1024

/** Where names come from, and what is between them. */
export interface NameList {
  /** A file, or `-` for standard input. */
  readonly from: string
  /** Whether names end with a NUL, and not with a line break. */
  readonly isNull: boolean
}

/**
 * Opens a list of names.
 *
 * When `signal` aborts, what a person types is not waited for any longer; all else is read to its end.
 *
 * @throws {CliError} where it cannot be opened; reading on throws where it is no list of names
 */
export async function openNames(
  list: NameList,
  signal: AbortSignal,
): Promise<AsyncGenerator<string>> {
  return splitNames(readText(await openStream(list, signal), list, signal), list)
}

async function openStream({ from }: NameList, signal: AbortSignal): Promise<Readable> {
  if (from !== '-') {
    const handle = await open(from).catch((cause: unknown) => fail(from, cause))
    return handle.createReadStream()
  }
  const { stdin } = process
  signal.addEventListener('abort', () => {
    if (stdin.isTTY) stdin.destroy()
  })
  return stdin
}

async function* readText(
  stream: Readable,
  { from }: NameList,
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    yield* stream.setEncoding('utf8') as AsyncIterable<string>
  } catch (cause) {
    if (!signal.aborted) fail(from, cause)
  }
}

function fail(from: string, cause: unknown): never {
  const found = systemErrorCode(cause) ?? String(cause)
  throw new CliError('file', `cannot read ${nameOf(from)} of --files-from (${found})`, { cause })
}

/**
 * Splits a text that comes in pieces into names; empty ones are left out. A line may end with CR LF, and a byte order mark
 * before the first is none of it.
 *
 * @throws {CliError} where a line has a NUL, or a name is longer than any can be
 */
export async function* splitNames(
  pieces: AsyncIterable<string>,
  { from, isNull }: NameList,
): AsyncGenerator<string> {
  let isFirst = true
  let rest = ''
  for await (const piece of pieces) {
    const text = isFirst && !isNull ? piece.replace(/^\uFEFF/, '') : piece
    isFirst = false
    if (!isNull && text.includes('\0')) {
      throw new CliError(
        'usage',
        `there is a NUL in ${nameOf(from)} of --files-from: is it for --null?`,
      )
    }
    const names = (rest + text).split(isNull ? '\0' : '\n')
    rest = names.pop() ?? ''
    yield* names.map((name) => trimEnd(name, isNull)).filter((name) => name !== '')
    if (rest.length > maxNameLength) {
      const missing = isNull ? 'NUL (without --null, names end with line breaks)' : 'line break'
      throw new CliError(
        'usage',
        `${nameOf(from)} of --files-from is no list of names: there is no ${missing}`,
      )
    }
  }
  const last = trimEnd(rest, isNull)
  if (last !== '') yield last
}

function trimEnd(name: string, isNull: boolean): string {
  return isNull ? name : name.replace(/\r$/, '')
}

function nameOf(from: string): string {
  return from === '-' ? 'standard input' : from
}
