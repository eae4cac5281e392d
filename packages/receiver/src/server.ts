export { CertificateError, type TlsOptions } from './lib/server/certificate.ts'
export {
  createServer,
  type Listening,
  type ServerCloseOptions,
  type ServerOptions,
  type UploadServer,
} from './lib/server/create-server.ts'
export type { ListeningAddress, ListenOptions } from './lib/server/guarded-app.ts'
export type { ServerLog } from './lib/server/server-log.ts'
