import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createCertificateIn } from './lib/node/certificate.fixture.ts'
import { startNeutralServer } from './neutral-server.fixture.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** In PEM. */
    uploadCertificate: string
  }
}

/** Vitest's hook: the server of the neutral tests, which are to upload by HTTP/2. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = await mkdtemp(join(tmpdir(), 'wx-upload-http2-'))
  const certificate = await createCertificateIn(folder)
  await rm(folder, { recursive: true })
  const { origin, secureOrigin, close } = await startNeutralServer(certificate)
  project.provide('neutralOrigin', origin)
  project.provide('uploadOrigin', secureOrigin)
  project.provide('uploadProtocol', 'h2')
  project.provide('uploadCertificate', certificate.cert)
  return close
}
