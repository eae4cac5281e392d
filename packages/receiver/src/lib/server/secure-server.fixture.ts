import { once } from 'node:events'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import {
  createCertificate,
  type Certificate,
} from '../../../../client/src/lib/node/certificate.fixture.ts'
import { createDiskStorage } from '../../fs.ts'
import { createServer, type ServerOptions, type UploadServer } from '../../server.ts'
import { temporaryFolder } from '../receiver.fixture.ts'

/** A server with a certificate. */
export interface SecureServer {
  readonly server: UploadServer
  readonly url: string
  readonly port: number
  readonly folder: string
  readonly certificate: Certificate
}

/** Starts the standalone server with a certificate for 127.0.0.1 and dev.example. */
export async function startSecureServer(
  options: Partial<ServerOptions> = {},
): Promise<SecureServer> {
  const certificate = await createCertificate({
    subjectAltName: 'IP:127.0.0.1,DNS:dev.example',
  })
  const folder = await temporaryFolder()
  const storage = createDiskStorage(folder, { durability: 'none' })
  const server = await createServer({ storage, log: 'silent', tls: certificate, ...options })
  onTestFinished(() => server.close())
  const { url, port } = await server.listen()
  return { server, url, port, folder, certificate }
}

export interface SentRequest {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: Buffer
}

export interface HeardAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** Sends one request over a connection of its own. */
export type Speak = (server: SecureServer, sent: SentRequest) => Promise<HeardAnswer>

/** The protocols that a server with a certificate speaks. */
export const protocols: readonly (readonly [name: string, speak: Speak])[] = [
  ['HTTP/1.1', speakHttp1],
  ['HTTP/2', speakHttp2],
]

function speakHttp1({ url, certificate }: SecureServer, sent: SentRequest): Promise<HeardAnswer> {
  const { path, method = 'GET', headers = {}, body } = sent
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      url + path,
      // By name the tests ask for more than the certificate has.
      {
        method,
        headers,
        ca: certificate.cert,
        agent: false,
        checkServerIdentity: () => undefined,
      },
      (response) => {
        text(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          reject,
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

async function speakHttp2(server: SecureServer, sent: SentRequest): Promise<HeardAnswer> {
  const session = openSession(server)
  const { path, method = 'GET', headers = {}, body } = sent
  const { host, ...others } = headers
  const stream = session.request({
    ':method': method,
    ':path': path,
    ...(host === undefined ? {} : { ':authority': String(host) }),
    ...others,
  })
  stream.end(body)
  const [{ ':status': status, ...heard }] = await once(stream, 'response')
  const answer = { status: Number(status), headers: heard, text: await text(stream) }
  session.destroy()
  return answer
}

/** Opens an HTTP/2 connection, which ends with the test. */
export function openSession({ url, certificate }: SecureServer): ClientHttp2Session {
  const session = connectHttp2(url, { ca: certificate.cert, maxSessionMemory: 1000 })
  session.on('error', () => undefined)
  onTestFinished(() => session.destroy())
  return session
}

/** A connection below HTTP; `protocol` is what it says that it speaks. */
export async function openTls(
  { port, certificate }: SecureServer,
  protocol: 'h2' | 'http/1.1' = 'http/1.1',
): Promise<TLSSocket> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    ca: certificate.cert,
    ALPNProtocols: [protocol],
  })
  onTestFinished(() => void socket.destroy())
  await once(socket, 'secureConnect')
  socket.on('error', () => undefined)
  return socket
}
