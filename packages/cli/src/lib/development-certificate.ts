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
import { issueAuthority, issueServerCertificate, permittedBy } from './issue-certificate.ts'
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
  folder: string = envPaths('wx-upload', { suffix: '' }).data,
): Promise<DevelopmentCertificate> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const authority = await findAuthority(path.join(folder, 'authority-key.pem'))
    const authorityFile = path.join(folder, 'authority.pem')
    await writeCertificate(authorityFile, authority.cert)
    const { cert, key } = await findServer(path.join(folder, 'server.pem'), { authority, host })
    return { cert, key: formatKey(key), authorityFile }
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
    {
      issuer: {
        name: nameOf(authority),
        publicKey: createPublicKey(authority.key),
        privateKey: authority.key,
      },
      names,
    },
  )
  const made = { cert, key: privateKey }
  await writeCertifiedKey(file, made)
  return made
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
