import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { systemErrorCode } from '../problem/errors.ts'

/** What a server shows to prove who it is, in PEM. */
export interface TlsOptions {
  /** The certificate, and behind it those between it and a root. */
  readonly cert: string | Buffer
  /** Its private key, not encrypted. */
  readonly key: string | Buffer
}

/** A certificate that no client would accept, or that does not go with its key. The message says what was found. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
  /** Which of the two it is about. */
  readonly subject: keyof TlsOptions

  constructor(subject: keyof TlsOptions, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.subject = subject
  }
}

/** Reads a certificate and its key. Throws a {@link CertificateError} where they cannot be used together, now. */
export function readCertificate(
  { cert, key }: TlsOptions,
  now: Date = new Date(),
): X509Certificate {
  const certificate = parseCertificate(cert)
  if (!certificate.checkPrivateKey(parseKey(key))) {
    throw new CertificateError('key', 'the key does not belong to the certificate')
  }
  if (Date.parse(certificate.validTo) < now.getTime()) {
    throw new CertificateError('cert', `the certificate expired at ${certificate.validTo}`)
  }
  if (Date.parse(certificate.validFrom) > now.getTime()) {
    throw new CertificateError(
      'cert',
      `the certificate is not valid before ${certificate.validFrom}`,
    )
  }
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    // A key that is too weak, a chain that is broken off.
    const found = systemErrorCode(cause) ?? String(cause)
    throw new CertificateError('cert', `the certificate cannot be used: ${found}`, { cause })
  }
  return certificate
}

/** Whether a certificate is for a name or an address. */
export function isCertifiedName(certificate: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)
  return found !== undefined
}

function parseCertificate(cert: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(cert)
  } catch (cause) {
    throw new CertificateError('cert', 'there is no certificate in PEM', { cause })
  }
}

function parseKey(key: string | Buffer): KeyObject {
  try {
    return createPrivateKey(key)
  } catch (cause) {
    // PKCS #8 says so in its first line, the older formats in a line below it.
    const isEncrypted = /^(?:-----BEGIN |Proc-Type: 4,)ENCRYPTED/m.test(key.toString())
    const found = isEncrypted ? 'the key is encrypted' : 'there is no private key in PEM'
    throw new CertificateError('key', found, { cause })
  }
}
