import { generateKeyPairSync } from 'node:crypto'
import type { CertifiedKey } from '../certificate-file.ts'
import { formatKey } from '../certificate-file.ts'
import { issuerOf } from '../development-certificate.ts'
import { issueServerCertificate, type Issuer, permittedBy } from '../issue-certificate.ts'
import { ownNames } from '../own-names.ts'

/** A certificate and its key, in PEM. */
export interface ServerCertificate {
  readonly cert: string
  readonly key: string
}

/** What the server shows at its ports with TLS; who trusts the authority takes the first one alone. */
export interface FaultCertificates {
  readonly good: ServerCertificate
  readonly expired: ServerCertificate
  readonly selfSigned: ServerCertificate
  readonly wrongName: ServerCertificate
}

const goodDays = 30
// A certificate begins a day ago.
const expiredDays = 0.5
const otherName = 'another-server.localhost'

/** Makes the certificates of a server that listens on `host`. */
export function createFaultCertificates(authority: CertifiedKey, host: string): FaultCertificates {
  const names = ownNames(host, permittedBy(authority.cert))
  const issuer = issuerOf(authority)
  return {
    good: create({ names, issuer, days: goodDays }),
    expired: create({ names, issuer, days: expiredDays }),
    selfSigned: create({ names, days: goodDays }),
    wrongName: create({ names: [otherName], issuer, days: goodDays }),
  }
}

function create({
  names,
  issuer,
  days,
}: {
  names: readonly string[]
  issuer?: Issuer
  days: number
}): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = 'wx-upload faults'
  const cert = issueServerCertificate(
    { name, publicKey, days },
    { issuer: issuer ?? { name, publicKey, privateKey }, names },
  )
  return { cert, key: formatKey(privateKey) }
}
