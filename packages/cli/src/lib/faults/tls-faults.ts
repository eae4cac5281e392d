import { type FaultGroup, hidden, netError, reset, timeout } from './fault.ts'

const noTls = netError('-107:net::ERR_SSL_PROTOCOL_ERROR')

export const tlsFaults: FaultGroup = {
  title: 'TLS, each at a port of its own',
  faults: [
    {
      name: 'cert-expired',
      does: 'has a certificate that has expired.',
      node: netError('-201:net::ERR_CERT_DATE_INVALID'),
      browser: hidden,
      at: 'handshake',
      shows: 'expired',
    },
    {
      name: 'cert-self-signed',
      does: 'has a certificate that nobody vouches for.',
      node: netError('-202:net::ERR_CERT_AUTHORITY_INVALID'),
      browser: hidden,
      at: 'handshake',
      shows: 'self-signed',
    },
    {
      name: 'cert-wrong-name',
      does: 'has a certificate of another server.',
      node: netError('-200:net::ERR_CERT_COMMON_NAME_INVALID'),
      browser: hidden,
      at: 'handshake',
      shows: 'wrong-name',
    },
    {
      name: 'tls-too-old',
      does: 'speaks TLS 1.0 and 1.1 alone.',
      node: noTls,
      browser: hidden,
      at: 'handshake',
      shows: 'old-protocol',
    },
    {
      name: 'tls-not-spoken',
      does: 'speaks plain HTTP where TLS is expected.',
      node: noTls,
      browser: hidden,
      at: 'port',
      scheme: 'https',
      meetSocket: (socket) =>
        void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    },
    {
      name: 'tls-silent',
      does: 'never answers the handshake.',
      node: timeout,
      browser: timeout,
      at: 'port',
      scheme: 'https',
      meetSocket: (socket) => void socket.resume(),
    },
    {
      name: 'tls-reset',
      does: 'resets in the handshake.',
      node: reset,
      browser: hidden,
      at: 'port',
      scheme: 'https',
      meetSocket: (socket) => void socket.once('data', () => socket.resetAndDestroy()),
    },
    {
      name: 'tls-close',
      does: 'closes in the handshake.',
      node: netError('-100:net::ERR_CONNECTION_CLOSED'),
      browser: hidden,
      at: 'port',
      scheme: 'https',
      meetSocket: (socket) => void socket.once('data', () => socket.end()),
    },
  ],
}
