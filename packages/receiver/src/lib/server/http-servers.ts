import {
  createServer,
  maxHeaderSize,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { X509Certificate } from 'node:crypto'
import { deferContinue } from '../http/expect-continue.ts'
import type { ReceiverLog } from '../http/receiver-log.ts'
import { turnOf } from '../http/turn.ts'
import { isCertifiedName, readCertificate, type TlsOptions } from './certificate.ts'
import { Connections } from './connections.ts'
import { headTimeoutMs, refuseUnreadable } from './unreadable-request.ts'

// How often Node.js looks for heads that take too long.
const headCheckMs = 5_000

// From being let in to the first request, which a client that connects has ready: half a round trip, or with TLS up to two and a half.
// Those of the slowest mobile networks take 0.6 s.
const newcomerMs = 500
const secureNewcomerMs = 1500

// What a client has to take the last answers, where the server stops.
const lastAnswerMs = 1_000

/** What one HTTP/2 connection may ask for at once. */
const maxStreams = 100
// What a sender may have on its way: bytes that wait in memory where the storage is slow, and with less, distance costs speed.
const streamWindowBytes = 1024 * 1024
const sessionWindowBytes = 4 * streamWindowBytes

/** Options of {@link HttpServers}. */
export interface HttpServersOptions {
  readonly tls: TlsOptions | undefined
  readonly maxConnections: number
  readonly log: ReceiverLog
  /** Milliseconds that a connection may be without a request. Default 72 s: longer than proxies keep theirs. */
  readonly idleConnectionMs?: number
}

type RequestListener = (request: IncomingMessage, response: ServerResponse) => void

/**
 * The servers that one application listens with; to `localhost` there are two. All have the same certificate and the same limits:
 * HTTP/1.1, or with a certificate HTTP/2 and HTTP/1.1, as the client likes.
 */
export class HttpServers {
  readonly #connections: Connections
  readonly #idleConnectionMs: number
  readonly #servers: Server[] = []
  readonly #secureServers: Http2SecureServer[] = []
  readonly #sessions = new Set<ServerHttp2Session>()
  readonly #log: ReceiverLog
  #tls: TlsOptions | undefined
  #certificate: X509Certificate | undefined

  /** Throws a `CertificateError`. */
  constructor({ tls, maxConnections, log, idleConnectionMs = 72_000 }: HttpServersOptions) {
    this.#log = log
    this.#idleConnectionMs = idleConnectionMs
    this.#connections = new Connections(maxConnections)
    this.#tls = tls
    this.#certificate = tls && readCertificate(tls)
  }

  get scheme(): 'http' | 'https' {
    return this.#tls === undefined ? 'http' : 'https'
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#connections.count
  }

  /** Whether the certificate is for a name. */
  isCertified(name: string): boolean {
    return this.#certificate !== undefined && isCertifiedName(this.#certificate, name)
  }

  /** Makes one more server. */
  create(listener: RequestListener): Server {
    const counted: RequestListener = (request, response) => {
      if (!this.#connections.begin({ request, response })) return
      void turnOf({ request, response }).then(() => listener(request, response))
    }
    const server =
      this.#tls === undefined ? createPlain(this.#timeouts()) : this.#createSecure(this.#tls)
    this.#connections.watch(server)
    server.on('request', counted)
    deferContinue(server)
    // [RFC 9110 §10.1.1] What is not understood may be ignored; Node's own answer is no problem document.
    server.on('checkExpectation', (request, response) => server.emit('request', request, response))
    server.on('clientError', (failure, socket: Socket) =>
      refuseUnreadable(failure, {
        socket,
        log: this.#log,
        before: this.#connections.exchangesOf(socket),
      }),
    )
    this.#servers.push(server)
    return server
  }

  /** Refuses new connections, closes idle ones, and takes no new requests by HTTP/2; what is under way goes on. */
  refuseConnections(): void {
    for (const server of this.#servers) server.close()
    for (const session of this.#sessions) session.close()
  }

  /**
   * As {@link refuseConnections}, but nobody whom the system has let in is shut out: resolves when those who have just connected
   * have been heard.
   */
  async refuseConnectionsGently(): Promise<void> {
    await this.#connections.allAdmitted()
    this.refuseConnections()
    await this.#connections.newcomersHeard(this.#tls === undefined ? newcomerMs : secureNewcomerMs)
  }

  /** Shows another certificate to who connects from now on; connections stay. Throws a `CertificateError`. */
  renewCertificate(tls: TlsOptions): void {
    if (this.#tls === undefined) throw new TypeError('This server has no certificate to renew')
    this.#certificate = readCertificate(tls)
    this.#tls = tls
    for (const server of this.#secureServers) server.setSecureContext({ ...tls })
  }

  #createSecure(tls: TlsOptions): Server {
    const server = createSecureServer({
      ...tls,
      allowHTTP1: true,
      handshakeTimeout: headTimeoutMs,
      settings: {
        maxConcurrentStreams: maxStreams,
        maxHeaderListSize: maxHeaderSize,
        initialWindowSize: streamWindowBytes,
      },
    })
    server.on('session', (session: ServerHttp2Session) => {
      session.setLocalWindowSize(sessionWindowBytes)
      // What is under way goes on to its end.
      session.setTimeout(this.#idleConnectionMs, () => session.close())
      this.#sessions.add(session)
      session.once('close', () => this.#sessions.delete(session))
    })
    this.#secureServers.push(server)
    // Node.js reads these of either kind of server.
    return Object.assign(server as unknown as Server, {
      ...this.#timeouts(),
      closeAllConnections: () => {
        // Answers wait in the session, which ends when they are out.
        for (const session of this.#sessions) session.close()
        setTimeout(() => this.#connections.closeAll(), lastAnswerMs).unref()
      },
    })
  }
  #timeouts(): Timeouts {
    return {
      // Node's own would end a long upload.
      requestTimeout: 0,
      headersTimeout: headTimeoutMs,
      connectionsCheckingInterval: headCheckMs,
      keepAliveTimeout: this.#idleConnectionMs,
    }
  }
}

type Timeouts = Pick<
  ServerOptions,
  'requestTimeout' | 'headersTimeout' | 'connectionsCheckingInterval' | 'keepAliveTimeout'
>

function createPlain(timeouts: Timeouts): Server {
  // Node's own answer to a request without a Host is no problem document.
  return createServer({ ...timeouts, requireHostHeader: false })
}
