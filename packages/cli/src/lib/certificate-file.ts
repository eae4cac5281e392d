import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { CliError, systemErrorCode } from './errors.ts'

/** A certificate and its key, which one file has both, so that they are always of each other. */
export interface CertifiedKey {
  /** In PEM. */
  readonly cert: string
  readonly key: KeyObject
}

/** Reads a file that {@link writeCertifiedKey} has written; undefined where there is none. */
export async function readCertifiedKey(file: string): Promise<CertifiedKey | undefined> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    // Each of them finds its own in the file.
    return { cert: new X509Certificate(text).toString(), key: createPrivateKey(text) }
  } catch (cause) {
    throw new CliError(
      'certificate',
      `cannot use ${file} (it is damaged): remove it, and the next start makes another one`,
      { cause },
    )
  }
}

/** Writes, for its owner alone, a file that is whole from the moment it is there. */
export async function writeCertifiedKey(file: string, certified: CertifiedKey): Promise<void> {
  await writeWhole(file, { text: formatCertifiedKey(certified), mode: 0o600, place: rename })
}

/** As {@link writeCertifiedKey}, but leaves the file of somebody who was faster. */
export async function createCertifiedKey(file: string, certified: CertifiedKey): Promise<void> {
  await writeWhole(file, { text: formatCertifiedKey(certified), mode: 0o600, place: linkOnce })
}

/** Writes a certificate for everybody to read. */
export async function writeCertificate(file: string, cert: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => '')) === cert) return
  await writeWhole(file, { text: cert, mode: 0o644, place: rename })
}

/** A key in PEM. */
export function formatKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function formatCertifiedKey({ cert, key }: CertifiedKey): string {
  return cert + formatKey(key)
}

async function writeWhole(
  file: string,
  {
    text,
    mode,
    place,
  }: { text: string; mode: number; place: (from: string, to: string) => Promise<void> },
): Promise<void> {
  const temporary = `${file}.${process.pid}.new`
  try {
    await writeFile(temporary, text, { mode })
    await place(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function linkOnce(from: string, to: string): Promise<void> {
  await link(from, to).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'EEXIST') throw error
  })
}
