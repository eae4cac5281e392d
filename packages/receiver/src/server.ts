export { CertificateError, type TlsOptions } from './lib/server/certificate.ts'
export {
  createServer,
  type Listening,
  type ListenOptions,
  type ServerCloseOptions,
  type ServerOptions,
  type UploadServer,
} from './lib/server/create-server.ts'
export type { ServerLog } from './lib/server/server-log.ts'
