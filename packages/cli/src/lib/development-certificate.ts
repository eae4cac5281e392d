import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import path from 'node:path'
import type { TlsOptions } from '@wx-upload/receiver/server'
import envPaths from 'env-paths'
import {
  type CertifiedKey,
  createCertifiedKey,
  formatKey,
  readCertifiedKey,
  writeCertificate,
  writeCertifiedKey,
} from './certificate-file.ts'
import { CliError, systemErrorCode } from './errors.ts'
import {
  issueAuthority,
  issueServerCertificate,
  type Issuer,
  permittedBy,
} from './issue-certificate.ts'
import { ownNames, permittedNames } from './own-names.ts'

const dayMs = 24 * 60 * 60 * 1000
const authorityDays = 3650
// Apple's systems take none that is longer [HT211025].
const serverDays = 397
/** Days before its end in which a certificate is made anew. */
const renewalDays = 30

/** A certificate for development. */
export interface DevelopmentCertificate extends TlsOptions {
  /** The file of the authority that signed it: who trusts that, trusts the server. */
  readonly authorityFile: string
}

/**
 * The certificate for this machine's names and private addresses, and for `host` where it is private too. It is signed by an
 * authority of the user's own; both are kept in a folder. The authority stays for ten years, and with it whoever was told to
 * trust it; a certificate that does not have all names, or ends within 30 days, is made anew.
 */
export async function developmentCertificate(
  host: string,
  folder: string = dataFolder(),
): Promise<DevelopmentCertificate> {
  return keepIn(folder, async () => {
    const { authority, authorityFile } = await openAuthority(folder)
    const { cert, key } = await findServer(path.join(folder, 'server.pem'), { authority, host })
    return { cert, key: formatKey(key), authorityFile }
  })
}

/** The authority that signs certificates for development. */
export interface DevelopmentAuthority {
  readonly authority: CertifiedKey
  readonly authorityFile: string
}

/** The same authority, to sign other certificates with. */
export function developmentAuthority(folder: string = dataFolder()): Promise<DevelopmentAuthority> {
  return keepIn(folder, () => openAuthority(folder))
}

function dataFolder(): string {
  return envPaths('wx-upload', { suffix: '' }).data
}

/** Does something in a folder, and says of what goes wrong there what can be done about it. */
async function keepIn<T>(folder: string, keep: () => Promise<T>): Promise<T> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await keep()
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    const found = systemErrorCode(cause) ?? String(cause)
    throw new CliError(
      'certificate',
      `cannot keep a certificate in ${folder} (${found}): name one of your own with --tls-cert and --tls-key`,
      { cause },
    )
  }
}

async function openAuthority(folder: string): Promise<DevelopmentAuthority> {
  const authority = await findAuthority(path.join(folder, 'authority-key.pem'))
  const authorityFile = path.join(folder, 'authority.pem')
  await writeCertificate(authorityFile, authority.cert)
  return { authority, authorityFile }
}

async function findAuthority(file: string): Promise<CertifiedKey> {
  // It can vouch for no other machine's name.
  const name = `wx-upload development authority of ${hostname()}`
  const found = await readCertifiedKey(file)
  if (found !== undefined && nameOf(found) === name && lasts(found, serverDays)) return found
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const cert = issueAuthority(
    { name, publicKey, privateKey, days: authorityDays },
    permittedNames(),
  )
  const made = { cert, key: privateKey }
  if (found === undefined) await createCertifiedKey(file, made)
  else await writeCertifiedKey(file, made)
  // Another server may have been faster.
  return (await readCertifiedKey(file)) ?? made
}

async function findServer(
  file: string,
  { authority, host }: { authority: CertifiedKey; host: string },
): Promise<CertifiedKey> {
  const names = ownNames(host, permittedBy(authority.cert))
  const found = await readCertifiedKey(file)
  if (found !== undefined && lasts(found, renewalDays) && isFor(found, { authority, names })) {
    return found
  }
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const cert = issueServerCertificate(
    { name: `wx-upload on ${hostname()}`, publicKey, days: serverDays },
    { issuer: issuerOf(authority), names },
  )
  const made = { cert, key: privateKey }
  await writeCertifiedKey(file, made)
  return made
}

/** A certificate and its key, as who signs others. */
export function issuerOf(certified: CertifiedKey): Issuer {
  return {
    name: nameOf(certified),
    publicKey: createPublicKey(certified.key),
    privateKey: certified.key,
  }
}

function nameOf({ cert }: CertifiedKey): string {
  return new X509Certificate(cert).subject.replace(/^CN=/, '')
}

function lasts({ cert }: CertifiedKey, days: number): boolean {
  return Date.parse(new X509Certificate(cert).validTo) > Date.now() + days * dayMs
}

function isFor(
  { cert }: CertifiedKey,
  { authority, names }: { authority: CertifiedKey; names: readonly string[] },
): boolean {
  const certificate = new X509Certificate(cert)
  return (
    certificate.verify(createPublicKey(authority.key)) &&
    names.every((name) =>
      isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name),
    )
  )
}
