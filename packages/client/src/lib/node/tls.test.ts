import { describe, expect, it } from 'vitest'
import { createWx } from '../../node.ts'
import { createCertificate } from './certificate.fixture.ts'
import { startRawServer } from './raw-server.fixture.ts'
import { createTempFile } from './temp-folder.fixture.ts'
import { upload } from './upload.fixture.ts'

const failed = (detail: string) => ({
  errMsg: `uploadFile:fail upload fail:${detail}`,
  errno: 600001,
})

describe('a server with TLS', () => {
  it('U-22 with a self-signed certificate is refused: -202', async () => {
    const { url } = await startRawServer({ tls: await createCertificate() })
    const result = await upload(createWx(), { url, filePath: await createTempFile('a') })
    expect(result).toEqual(failed('-202:net::ERR_CERT_AUTHORITY_INVALID'))
  })

  it('U-22 with a certificate for another name is refused: -200', async () => {
    const certificate = await createCertificate({ subjectAltName: 'DNS:other.example' })
    const { url } = await startRawServer({ tls: certificate })
    const wx = createWx({ ca: certificate.cert })
    const result = await upload(wx, { url, filePath: await createTempFile('a') })
    expect(result).toEqual(failed('-200:net::ERR_CERT_COMMON_NAME_INVALID'))
  })

  it('U-22 with a certificate that has expired is refused: -201', async () => {
    const certificate = await createCertificate({ isExpired: true })
    const { url } = await startRawServer({ tls: certificate })
    const wx = createWx({ ca: certificate.cert })
    const result = await upload(wx, { url, filePath: await createTempFile('a') })
    expect(result).toEqual(failed('-201:net::ERR_CERT_DATE_INVALID'))
  })

  it('U-22 nothing is sent to a server whose certificate is refused', async () => {
    const server = await startRawServer({ tls: await createCertificate() })
    await upload(createWx(), { url: server.url, filePath: await createTempFile('a') })
    expect(server.exchanges).toEqual([])
    await expect.poll(() => server.openCount()).toBe(0)
  })

  it.each([
    ['a string', (cert: string) => cert],
    ['a Buffer', (cert: string) => Buffer.from(cert)],
    ['a list', (cert: string) => [cert]],
  ])('is trusted with its certificate in `ca`, as %s', async (_form, toCa) => {
    const certificate = await createCertificate()
    const { url } = await startRawServer({ tls: certificate })
    const wx = createWx({ ca: toCa(certificate.cert) })
    const result = await upload(wx, { url, filePath: await createTempFile('a') })
    expect(result).toMatchObject({ statusCode: 200, data: 'ok' })
  })

  it('is trusted whoever it is with `rejectUnauthorized: false`, which warns', async () => {
    const warnings: string[] = []
    const { url } = await startRawServer({ tls: await createCertificate() })
    const wx = createWx({ rejectUnauthorized: false, warn: (text) => void warnings.push(text) })
    const result = await upload(wx, { url, filePath: await createTempFile('a') })
    expect(result).toMatchObject({ statusCode: 200 })
    expect(warnings).toEqual([expect.stringContaining('rejectUnauthorized is false')])
  })

  it('U-14 U-15 gets a large body whole', async () => {
    const certificate = await createCertificate()
    const server = await startRawServer({ tls: certificate, keepBodies: false })
    const filePath = await createTempFile({ sizeBytes: 16 * 1024 * 1024 })
    const wx = createWx({ ca: certificate.cert })
    expect(await upload(wx, { url: server.url, filePath })).toMatchObject({ statusCode: 200 })
    expect(server.exchanges[0]?.bodyBytes).toBe(server.exchanges[0]?.contentLength)
  })
})
