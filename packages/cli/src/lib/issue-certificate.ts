import { createHash, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'

const commonName = '2.5.4.3'
const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const dayMs = 24 * 60 * 60 * 1000

/** Whom a certificate is for, and for how long. */
interface Holder {
  /** What people are shown. */
  readonly name: string
  readonly publicKey: KeyObject
  readonly days: number
}

/** Who signs a certificate. */
export interface Issuer {
  readonly name: string
  readonly publicKey: KeyObject
  /** Of an elliptic curve. */
  readonly privateKey: KeyObject
}

/**
 * A certificate of an authority that signs itself, in PEM. It can sign for the given names alone, the names below them, and
 * networks such as `10.0.0.0/8`: whoever comes by its key can pass for nobody else. [RFC 5280 §4.2.1.10]
 */
export function issueAuthority(
  authority: Issuer & { readonly days: number },
  permitted: readonly string[],
): string {
  const subtrees = permitted.map((name) => new GeneralSubtree({ base: toGeneralName(name) }))
  return issue(authority, {
    issuer: authority,
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign)),
      extension(
        id_ce_nameConstraints,
        new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) }),
      ),
    ],
  })
}

/** What {@link issueAuthority} was told to permit. */
export function permittedBy(authority: string): string[] {
  const der = new X509Certificate(authority).raw
  const { extensions = [] } = AsnConvert.parse(der, Certificate).tbsCertificate
  const found = extensions.find(({ extnID }) => extnID === id_ce_nameConstraints)
  if (found === undefined) return []
  const { permittedSubtrees = [] } = AsnConvert.parse(found.extnValue, NameConstraints)
  return permittedSubtrees.map(({ base }) => base.dNSName ?? base.iPAddress ?? '')
}

/** A certificate for a server of these names and addresses, in PEM. */
export function issueServerCertificate(
  server: Holder,
  { issuer, names }: { issuer: Issuer; names: readonly string[] },
): string {
  return issue(server, {
    issuer,
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: false })),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature)),
      // Apple's systems want it [HT210176].
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(id_ce_subjectAltName, new SubjectAlternativeName(names.map(toGeneralName))),
    ],
  })
}

function issue(
  { name, publicKey, days }: Holder,
  { issuer, extensions }: { issuer: Issuer; extensions: readonly Extension[] },
): string {
  const signature = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 })
  // The clocks of phones go wrong.
  const notBefore = new Date(Date.now() - dayMs)
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: createSerialNumber(),
    signature,
    issuer: toName(issuer.name),
    validity: new Validity({ notBefore, notAfter: new Date(notBefore.getTime() + days * dayMs) }),
    subject: toName(name),
    subjectPublicKeyInfo: toKeyInfo(publicKey),
    extensions: new Extensions([
      ...extensions,
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(publicKey))),
      extension(
        id_ce_authorityKeyIdentifier,
        new AuthorityKeyIdentifier({
          keyIdentifier: new KeyIdentifier(keyIdentifier(issuer.publicKey)),
        }),
      ),
    ]),
  })
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate))
  const signatureValue = toArrayBuffer(sign('sha256', signed, issuer.privateKey))
  return toPem(new Certificate({ tbsCertificate, signatureAlgorithm: signature, signatureValue }))
}

// [RFC 5280 §4.2] Those that say what a certificate may do are critical: who does not know them must refuse it.
const criticalExtensions: readonly string[] = [
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_nameConstraints,
]

function extension(extnID: string, value: object): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value))
  return new Extension({ extnID, critical: criticalExtensions.includes(extnID), extnValue })
}

function toGeneralName(name: string): GeneralName {
  const [address = ''] = name.split('/')
  return new GeneralName(isIP(address) === 0 ? { dNSName: name } : { iPAddress: name })
}

function toName(text: string): Name {
  const value = new AttributeValue({ utf8String: text })
  return new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value })]),
  ])
}

function toKeyInfo(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo)
}

// [RFC 5280 §4.2.1.2]
function keyIdentifier(key: KeyObject): ArrayBuffer {
  const { subjectPublicKey } = toKeyInfo(key)
  return toArrayBuffer(createHash('sha1').update(Buffer.from(subjectPublicKey)).digest())
}

// [RFC 5280 §4.1.2.2] Positive, and of no byte more than it needs.
function createSerialNumber(): ArrayBuffer {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0)
  return toArrayBuffer(bytes)
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}

function toPem(certificate: Certificate): string {
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString('base64')
  const lines = base64.match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
