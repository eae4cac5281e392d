import { readFile, stat } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { createWx, type Wx } from '@wx-upload/client'
import { CliError, systemErrorCode } from './errors.ts'
import { exitCodeOf } from './exit-codes.ts'
import { createInterruption } from './interruption.ts'
import { type PutOptions } from './put/put-options.ts'
import { putMany } from './put/put-many.ts'
import { putOne } from './put/put-one.ts'
import { openNames } from './put/read-names.ts'
import { createStandardOutput } from './standard-output.ts'
import { createColors } from './terminal.ts'
import type { UploadTarget } from './upload-target.ts'

/**
 * Uploads files. The servers' answers go to stdout, progress and messages to stderr.
 *
 * Returns the exit code: of several files, that of the first in their order that failed, unless it was interrupted.
 *
 * @throws {CliError} where the options do not go together, or names or results cannot be read or written
 */
export async function put({ files, url }: UploadTarget, options: PutOptions): Promise<number> {
  const ca = options.ca === undefined ? undefined : await readAuthority(options.ca)
  let print = printMessage
  function warn(message: string): void {
    if (options.quiet === true) return
    print(`${createColors(process.stderr).yellow('warning:')} ${message}\n`)
  }
  const signal = createInterruption()
  const setup = {
    wx: createWxFor(options, { ca, warn }),
    url,
    options,
    signal,
    output: createStandardOutput(process.stdout),
  }
  const [file] = files
  const isOne = files.length === 1 && options.filesFrom === undefined
  const isFolder = isOne && file !== undefined && (await isDirectory(file))
  // [U-29] A PUT replaces what is there, so that of several files the last one would remain.
  if (options.put && (!isOne || isFolder)) {
    throw new CliError('usage', '--put sends one file, to an address of its own')
  }
  warnOfPlainHttp(url, warn)
  if (isOne && file !== undefined && !isFolder && options.failedTo === undefined) {
    return exitCodeOf(await putOne(file, setup))
  }
  const list = options.filesFrom
  const names =
    list === undefined
      ? files
      : joinNames(files, await openNames({ from: list, isNull: options.null === true }, signal))
  const reason = await putMany(names, {
    ...setup,
    nameCount: list === undefined ? files.length : undefined,
    program: process.env.npm_command === 'exec' ? 'npx wx-upload' : 'wx-upload',
    onPrinter: (printer) => (print = printer),
  })
  return exitCodeOf(reason)
}

function printMessage(text: string): void {
  process.stderr.write(text)
}

function createWxFor(
  options: PutOptions,
  { ca, warn }: { ca: string | undefined; warn: (message: string) => void },
): Wx {
  return createWx({
    // [U-07] The rule protects the users of an app; here the user has typed the address.
    urlCheck: false,
    rejectUnauthorized: options.insecure !== true,
    // It adds to those that Node.js trusts.
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    maxConcurrent: options.concurrency,
    warn,
  })
}

async function* joinNames(
  files: readonly string[],
  listed: AsyncIterable<string>,
): AsyncGenerator<string> {
  yield* files
  yield* listed
}

async function readAuthority(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const found = systemErrorCode(cause) ?? String(cause)
    throw new CliError('file', `cannot read ${file} of --ca (${found})`, { cause })
  }
}

async function isDirectory(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isDirectory() === true
}

function warnOfPlainHttp(url: URL, warn: (message: string) => void): void {
  const isLoopback = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || isLoopback) return
  warn(`${url.origin} is not encrypted, so anybody on the way can read and change uploads`)
}
