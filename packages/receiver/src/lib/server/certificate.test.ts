import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCertificate } from '../../../../client/src/lib/node/certificate.fixture.ts'
import { createDiskStorage } from '../../fs.ts'
import { createServer } from '../../server.ts'
import { temporaryFolder } from '../receiver.fixture.ts'
import { CertificateError, isCertifiedName, readCertificate } from './certificate.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('readCertificate', () => {
  it('takes a certificate with its key, and knows whom it is for', async () => {
    const certificate = readCertificate(
      await createCertificate({ subjectAltName: 'IP:127.0.0.1,DNS:dev.example,DNS:*.a.example' }),
    )
    for (const name of ['127.0.0.1', 'dev.example', 'b.a.example'])
      expect([name, isCertifiedName(certificate, name)]).toEqual([name, true])
    for (const name of ['127.0.0.2', 'evil.example', 'a.example', ''])
      expect([name, isCertifiedName(certificate, name)]).toEqual([name, false])
  })

  it('says what is wrong with one that cannot be used', async () => {
    const good = await createCertificate()
    const other = await createCertificate()
    const expired = await createCertificate({ isExpired: true })
    const encrypted = createPrivateKey(good.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString()
    for (const [tls, subject, message] of [
      [{ ...good, cert: 'x' }, 'cert', 'there is no certificate in PEM'],
      [{ ...good, cert: '' }, 'cert', 'there is no certificate in PEM'],
      [{ ...good, cert: good.key }, 'cert', 'there is no certificate in PEM'],
      [{ ...good, key: 'x' }, 'key', 'there is no private key in PEM'],
      [{ ...good, key: good.cert }, 'key', 'there is no private key in PEM'],
      [{ ...good, key: encrypted }, 'key', 'the key is encrypted'],
      [{ ...good, key: other.key }, 'key', 'the key does not belong to the certificate'],
      [expired, 'cert', /^the certificate expired at .* GMT$/],
    ] as const) {
      expect(caught(() => readCertificate(tls))).toMatchObject({
        subject,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      })
    }
    const early = new Date(Date.now() - 30 * dayMs)
    expect(() => readCertificate(good, early)).toThrow(/^the certificate is not valid before /)
  })

  it('createServer takes none that cannot be used', async () => {
    const { cert } = await createCertificate()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
    const storage = createDiskStorage(await temporaryFolder())
    await expect(createServer({ storage, log: 'silent', tls: { cert, key } })).rejects.toThrow(
      CertificateError,
    )
  })
})

function caught(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return error
  }
}
