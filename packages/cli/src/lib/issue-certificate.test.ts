import { generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, isIP } from 'node:net'
import { connect, createServer } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { issueAuthority, issueServerCertificate, permittedBy } from './issue-certificate.ts'

const permitted = ['localhost', 'local', '127.0.0.0/8', '::1/128']

describe('the certificates for development', () => {
  it('are trusted by who trusts the authority, under their names alone', async () => {
    const authority = createAuthority()
    const server = issueFor(authority, ['localhost', 'a.local', '127.0.0.1', '::1'])
    for (const name of ['localhost', 'a.local', '127.0.0.1'])
      expect([name, await verdict(authority.cert, server, name)]).toEqual([name, 'trusted'])
    expect(await verdict(authority.cert, server, 'b.local')).toBe('for another name')
    const other = createAuthority()
    expect(await verdict(other.cert, server, 'localhost')).toMatch(/verify|signature/)
  })

  it.each([['evil.example'], ['localhost.evil.example'], ['198.51.100.1'], ['2001:db8::1']])(
    'are worth nothing for %s, even to who has stolen the key of the authority',
    async (name) => {
      const authority = createAuthority()
      const server = issueFor(authority, ['localhost', name])
      expect(await verdict(authority.cert, server, name)).toBe('permitted subtree violation')
    },
  )

  it('say what they permit, who they are for, and for how long', () => {
    const authority = createAuthority()
    expect(permittedBy(authority.cert)).toEqual(permitted)
    const certificate = new X509Certificate(issueFor(authority, ['localhost', '127.0.0.1']).cert)
    expect(certificate.ca).toBe(false)
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1')
    expect(certificate.checkIssued(new X509Certificate(authority.cert))).toBe(true)
    const { validFrom, validTo } = certificate
    expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(30 * 24 * 60 * 60 * 1000)
  })
})

interface Signed {
  readonly cert: string
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

function createAuthority(): Signed {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...keys, cert: issueAuthority({ name: 'an authority', ...keys, days: 30 }, permitted) }
}

function issueFor(authority: Signed, names: readonly string[]): Signed {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issuer = { ...authority, name: 'an authority' }
  const server = { name: 'a server', publicKey: keys.publicKey, days: 30 }
  return { ...keys, cert: issueServerCertificate(server, { issuer, names }) }
}

/** What a client that trusts `ca` says of a server that it looks for under a name. */
async function verdict(ca: string, { cert, privateKey }: Signed, name: string): Promise<string> {
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const server = createServer({ cert, key }).listen(0, '127.0.0.1')
  server.on('tlsClientError', () => undefined)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', ca, checkServerIdentity: () => undefined })
  try {
    await once(socket, 'secureConnect')
    const certificate = socket.getPeerX509Certificate()
    const isFor = isIP(name) === 0 ? certificate?.checkHost(name) : certificate?.checkIP(name)
    return isFor === undefined ? 'for another name' : 'trusted'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    socket.destroy()
  }
}
