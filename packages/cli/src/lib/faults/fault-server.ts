import net from 'node:net'
import tls from 'node:tls'
import { formatHost } from '../listening-hosts.ts'
import type { FaultCertificates } from './fault-certificates.ts'
import type { Fault, FaultGroup, ShownCertificate } from './fault.ts'
import { openClosedPort, openPort, type OpenPort } from './fault-ports.ts'
import { createRequestReader, idleMs } from './read-requests.ts'
import { serveHttp2 } from './serve-http2.ts'

/** A server that listens. */
export interface FaultServer {
  /** Where it is. */
  readonly port: number
  /** The address of a fault, with this host where it has one. */
  urlOf(fault: Fault, hostname: string): string
  /** The origins that its redirects lead to. */
  originsOf(hostname: string): readonly [string, string]
  close(): Promise<void>
}

export interface FaultServerOptions {
  readonly groups: readonly FaultGroup[]
  readonly host: string
  /** The first of the ports, which follow each other; 0 takes free ones. */
  readonly port: number
  readonly certificates: FaultCertificates
  /** What people are shown who look at `/`. */
  readonly listFor: (server: FaultServer, hostname: string) => string
}

/** What listens before the faults that have ports of their own. */
type Listener = 'http' | 'other' | 'https' | 'http2'

/** Starts to listen on all ports, or on none. Rejects with the error of the system, whose `port` is the one that failed. */
export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const { groups, host, certificates } = options
  const faults = new Map(
    groups.flatMap((group) => group.faults).map((fault) => [fault.name, fault]),
  )
  const ports = new Map<string, OpenPort>()
  const portOf = (name: string): number => ports.get(name)?.port ?? 0
  const reader = createRequestReader({
    faults,
    originsFor: (hostname) => {
      const [origin, otherOrigin] = server.originsOf(hostname)
      return { origin, otherOrigin }
    },
    listFor: (hostname) => options.listFor(server, hostname),
  })
  const read = (socket: net.Socket): void => void reader.emit('connection', socket)
  const listeners: Record<Listener, net.Server> = {
    http: listenTo(read),
    other: listenTo(read),
    https: listenSafely({ ...certificates.good, ALPNProtocols: ['http/1.1'] }, read),
    http2: offerHttp2((socket) => serveHttp2(socket, faults)),
  }
  /** What listens for who speaks HTTP/2, and for who does not. */
  function offerHttp2(meet: (socket: tls.TLSSocket) => void): net.Server {
    const options = { ...certificates.good, ALPNProtocols: ['h2', 'http/1.1'] }
    return listenSafely(options, (socket) => {
      if (socket.alpnProtocol === 'h2') meet(socket)
      else read(socket)
    })
  }

  const server: FaultServer = {
    get port() {
      return portOf('http')
    },
    urlOf: (fault, hostname) => {
      if (fault.at === 'nowhere') return `${fault.url}/${fault.name}`
      const { scheme, listener } = placeOf(fault)
      return `${scheme}://${formatHost(hostname)}:${portOf(listener)}/${fault.name}`
    },
    originsOf: (hostname) => {
      const origin = `http://${formatHost(hostname)}`
      return [`${origin}:${portOf('http')}`, `${origin}:${portOf('other')}`]
    },
    close: async () => {
      await Promise.all([...ports.values()].map((port) => port.close()))
    },
  }
  const nextPort = (): number => (options.port === 0 ? 0 : options.port + ports.size)
  try {
    for (const [name, listener] of Object.entries(listeners)) {
      ports.set(name, await openPort(listener, { host, port: nextPort() }))
    }
    for (const fault of faults.values()) {
      if (fault.at === 'closed-port') ports.set(fault.name, await openClosedPort(nextPort()))
      const own = createOwnServer(fault, { certificates, offerHttp2 })
      if (own) ports.set(fault.name, await openPort(own, { host, port: nextPort() }))
    }
  } catch (error) {
    await server.close()
    throw error
  }
  return server
}

function placeOf(fault: Exclude<Fault, { at: 'nowhere' }>): {
  scheme: 'http' | 'https'
  listener: string
} {
  switch (fault.at) {
    case 'path': {
      const scheme = fault.isSecure ? 'https' : 'http'
      return { scheme, listener: scheme }
    }
    case 'stream':
      return { scheme: 'https', listener: 'http2' }
    case 'port':
      return { scheme: fault.scheme, listener: fault.name }
    case 'closed-port':
      return { scheme: 'http', listener: fault.name }
    case 'session':
    case 'handshake':
      return { scheme: 'https', listener: fault.name }
    default:
      return fault satisfies never
  }
}

interface OwnServerSetup {
  readonly certificates: FaultCertificates
  readonly offerHttp2: (meet: (socket: tls.TLSSocket) => void) => net.Server
}

/** What listens for a fault that has a port of its own. */
function createOwnServer(
  fault: Fault,
  { certificates, offerHttp2 }: OwnServerSetup,
): net.Server | undefined {
  if (fault.at === 'session') {
    return offerHttp2((socket) => {
      socket.setTimeout(idleMs, () => socket.destroy())
      fault.meetSession(socket)
    })
  }
  if (fault.at === 'port') {
    const { meetSocket } = fault
    return listenTo((socket) => {
      socket.setTimeout(idleMs, () => socket.destroy())
      meetSocket(socket)
    })
  }
  if (fault.at === 'handshake') {
    // Nobody should come this far.
    return listenSafely(handshakeOf(fault.shows, certificates), (socket) => void socket.destroy())
  }
  return undefined
}

function handshakeOf(shows: ShownCertificate, certificates: FaultCertificates): tls.TlsOptions {
  switch (shows) {
    case 'expired':
      return certificates.expired
    case 'self-signed':
      return certificates.selfSigned
    case 'wrong-name':
      return certificates.wrongName
    case 'old-protocol': {
      // What OpenSSL thinks of such a protocol.
      const ciphers = 'DEFAULT@SECLEVEL=0'
      return { ...certificates.good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers }
    }
    default:
      return shows satisfies never
  }
}

function listenTo(meet: (socket: net.Socket) => void): net.Server {
  return net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    // A client that leaves is what this is about.
    socket.on('error', () => undefined)
    meet(socket)
  })
}

function listenSafely(options: tls.TlsOptions, meet: (socket: tls.TLSSocket) => void): net.Server {
  const server = tls.createServer({ ...options, handshakeTimeout: idleMs }, (socket) => {
    socket.on('error', () => undefined)
    meet(socket)
  })
  // A client that refuses the certificate is what this is about.
  server.on('tlsClientError', () => undefined)
  return server
}
