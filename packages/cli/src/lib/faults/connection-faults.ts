import { type FaultGroup, hidden, netError, reset, timeout } from './fault.ts'

export const connectionFaults: FaultGroup = {
  title: 'While connecting, each at a port of its own',
  faults: [
    {
      name: 'name-not-found',
      does: 'has a name that does not exist.',
      node: netError('-105:net::ERR_NAME_NOT_RESOLVED'),
      browser: hidden,
      // [RFC 6761 §6.4]
      at: 'nowhere',
      url: 'https://wx-upload.invalid',
    },
    {
      name: 'refuse',
      does: 'refuses the connection: nobody listens.',
      node: netError('-102:net::ERR_CONNECTION_REFUSED'),
      browser: hidden,
      at: 'closed-port',
    },
    {
      name: 'reset-at-connect',
      does: 'accepts the connection and resets it.',
      node: reset,
      browser: hidden,
      at: 'port',
      scheme: 'http',
      meetSocket: (socket) => void socket.resetAndDestroy(),
    },
    {
      name: 'close-at-connect',
      does: 'accepts the connection and closes it.',
      // Whether the request was on its way already is up to the network.
      node: [...netError('-324:net::ERR_EMPTY_RESPONSE'), ...reset],
      browser: hidden,
      at: 'port',
      scheme: 'http',
      meetSocket: (socket) => void socket.destroy(),
    },
    {
      name: 'silent-at-connect',
      does: 'accepts the connection and stays silent.',
      node: timeout,
      browser: timeout,
      at: 'port',
      scheme: 'http',
      meetSocket: (socket) => void socket.pause(),
    },
    {
      name: 'not-http',
      does: 'greets as a mail server does.',
      node: netError('-370:net::ERR_INVALID_HTTP_RESPONSE'),
      browser: hidden,
      at: 'port',
      scheme: 'http',
      meetSocket: (socket) => void socket.resume().write('220 mail.example ESMTP\r\n'),
    },
  ],
}
