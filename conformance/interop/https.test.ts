import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createWx } from '@wx-upload/client'
import { createDiskStorage } from '@wx-upload/receiver/fs'
import { createServer } from '@wx-upload/receiver/server'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createCertificate } from '../../packages/client/src/lib/node/certificate.fixture.ts'
import { runClient } from './programs.ts'
import { requireTools } from './tools.ts'

const mib = 1024 * 1024

/** A server with a certificate, and the files that are sent to it. */
interface Scene {
  readonly url: string
  readonly folder: string
  readonly ca: string
  /** Runs curl; the last line has the version of HTTP, the status, and the bytes of the body that it sent. */
  curl(args: readonly string[]): Promise<string>
}

beforeAll(requireTools)

async function startScene(): Promise<Scene> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wx-upload-https-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const certificate = await createCertificate()
  const caFile = path.join(folder, 'ca.pem')
  await writeFile(caFile, certificate.cert)
  await writeFile(path.join(folder, 'small.bin'), Buffer.alloc(mib))
  await writeFile(path.join(folder, 'large.bin'), Buffer.alloc(32 * mib))
  const server = await createServer({
    storage: createDiskStorage(path.join(folder, 'uploads')),
    log: 'silent',
    limits: { fileSizeBytes: 2 * mib, totalSizeBytes: 16 * mib },
    tls: certificate,
  })
  onTestFinished(() => server.close({ graceMs: 0 }))
  const { url } = await server.listen()
  const report = '\n%{http_version} %{http_code} %{size_upload}'
  return {
    url,
    folder,
    ca: certificate.cert,
    curl: (args) => runClient('curl', ['-sS', '--cacert', caFile, '-w', report, ...args]),
  }
}

const protocols = [
  ['--http2', '2'],
  ['--http1.1', '1.1'],
] as const

describe.each(protocols)('curl %s, over HTTPS,', (option, version) => {
  it('R-01 uploads, and reads back what it uploaded', async () => {
    const { curl, folder, url } = await startScene()
    const answer = await curl([option, '-F', `file=@${folder}/small.bin`, `${url}/upload`])
    expect(answer).toMatch(new RegExp(`"url":"${url}/uploads/.*\n${version} 200 \\d+$`, 's'))
    const [, file = ''] = /"url":"([^"]*)"/.exec(answer) ?? []
    const read = await curl([option, '-o', '/dev/null', '-w', '%{size_download} ', file])
    expect(read).toContain(String(mib))
  })

  it.each([
    ['asks first', []],
    ['does not ask first', ['-H', 'Expect:']],
  ])('R-04 hears a refusal where it %s, and leaves most of the body unsent', async (_, more) => {
    const { curl, folder, url } = await startScene()
    const upload = [option, ...more, '-F', `file=@${folder}/large.bin`, `${url}/upload`]
    const [body = '', report = ''] = (await curl(upload)).split('\n')
    expect(body).toContain('"urn:wx-upload:problem:limit-exceeded"')
    const [heard, status, sentBytes] = report.split(' ')
    expect([heard, status]).toEqual([version, '413'])
    expect(Number(sentBytes)).toBeLessThan(32 * mib)
  })
})

describe('wx.uploadFile, over HTTPS,', () => {
  it.each([
    ['small.bin', 200],
    ['large.bin', 413],
  ])('U-18 hears what the server says to %s: %i', async (name, statusCode) => {
    const { ca, folder, url } = await startScene()
    const wx = createWx({ ca })
    const filePath = path.join(folder, name)
    const result = await new Promise((resolve, reject) => {
      wx.uploadFile({
        url: `${url}/upload`,
        filePath,
        name: 'file',
        success: resolve,
        fail: reject,
      })
    })
    expect(result).toMatchObject({ statusCode })
  })
})
