import { readFile } from 'node:fs/promises'
import { CertificateError, type TlsOptions } from '@wx-upload/receiver/server'
import { CliError, systemErrorCode } from './errors.ts'

/** The files of a certificate and its key. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

const checkIntervalMs = 5_000

/** Reads both files. */
export async function readCertificateFiles(files: CertificateFiles): Promise<TlsOptions> {
  const [cert, key] = await Promise.all([readPem(files, 'cert'), readPem(files, 'key')])
  return { cert, key }
}

/** Says which file is to blame for a certificate that cannot be used. */
export function explainCertificate(error: CertificateError, files: CertificateFiles): CliError {
  const { subject, message } = error
  return new CliError(
    'certificate',
    `cannot use ${files[subject]} of --tls-${subject}: ${message}`,
    {
      cause: error,
    },
  )
}

/**
 * Hands on what is in the files whenever it has changed, as when certbot has renewed it: looks every five seconds, and at each
 * SIGHUP unless there is a terminal, whose end is told by the same signal. What cannot be read or used is reported once.
 */
export function watchCertificateFiles(
  files: CertificateFiles,
  {
    known,
    renew,
    warn,
  }: { known: TlsOptions; renew: (tls: TlsOptions) => void; warn: (message: string) => void },
): void {
  let seen = known
  let lastWarning: string | undefined

  async function look(): Promise<void> {
    try {
      const found = await readCertificateFiles(files)
      if (found.cert === seen.cert && found.key === seen.key) return
      seen = found
      renew(found)
      lastWarning = undefined
    } catch (error) {
      const known = error instanceof CertificateError ? explainCertificate(error, files) : error
      const message = known instanceof Error ? known.message : String(known)
      if (message !== lastWarning) warn(message)
      lastWarning = message
    }
  }

  setInterval(() => void look(), checkIntervalMs).unref()
  if (!process.stdin.isTTY) process.on('SIGHUP', () => void look())
}

async function readPem(files: CertificateFiles, name: keyof CertificateFiles): Promise<string> {
  try {
    return await readFile(files[name], 'utf8')
  } catch (cause) {
    throw new CliError(
      'certificate',
      `cannot read ${files[name]} of --tls-${name} (${explainRead(cause)})`,
      { cause },
    )
  }
}

function explainRead(error: unknown): string {
  const code = systemErrorCode(error)
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file'
    case 'EACCES':
    case 'EPERM':
      return 'permission denied'
    case 'EISDIR':
      return 'it is a folder'
    case undefined:
    default:
      return code ?? String(error)
  }
}
