import { CertificateError, type TlsOptions, type UploadServer } from '@wx-upload/receiver/server'
import { developmentCertificate } from './development-certificate.ts'
import { CliError } from './errors.ts'
import {
  explainCertificate,
  readCertificateFiles,
  watchCertificateFiles,
} from './server-certificate.ts'

/** The options of `wx-upload serve` about HTTPS, parsed. */
export interface ServeTlsOptions {
  readonly host: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly tlsSelfSigned?: true
}

/** What to serve with. */
export interface ServeTls {
  /** Undefined for plain HTTP. */
  readonly tls: TlsOptions | undefined
  /** Whom a client has to trust, where it would not by itself. */
  readonly authorityFile?: string
  /** What a failure of `createServer` means. */
  readonly explain: (error: unknown) => unknown
  /** Keeps the server's certificate up to date. */
  readonly follow: (server: UploadServer, warn: (message: string) => void) => void
}

/** Finds the certificate that the options ask for. */
export async function findServeTls(options: ServeTlsOptions): Promise<ServeTls> {
  const { host, tlsCert: cert, tlsKey: key, tlsSelfSigned } = options
  if ((cert === undefined) !== (key === undefined)) {
    throw new CliError('usage', '--tls-cert and --tls-key go together: name both files')
  }
  if (cert !== undefined && key !== undefined) {
    const files = { cert, key }
    const tls = await readCertificateFiles(files)
    return {
      tls,
      explain: (error) =>
        error instanceof CertificateError ? explainCertificate(error, files) : error,
      follow: (server, warn) =>
        watchCertificateFiles(files, {
          known: tls,
          renew: (renewed) => server.renewCertificate(renewed),
          warn,
        }),
    }
  }
  if (tlsSelfSigned !== true) return { tls: undefined, ...nothingToDo }
  const { authorityFile, ...tls } = await developmentCertificate(host)
  return { tls, authorityFile, ...nothingToDo }
}

const nothingToDo: Pick<ServeTls, 'explain' | 'follow'> = {
  explain: (error) => error,
  follow: () => undefined,
}
