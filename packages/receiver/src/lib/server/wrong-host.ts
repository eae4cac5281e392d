import type { IncomingMessage } from 'node:http'
import { ReceiverError } from '../problem/errors.ts'
import { hostName, isLocalName } from './local-name.ts'

/** The names that a server on this machine alone goes by. */
export interface OwnNames {
  /** What it was told to listen at. */
  readonly listening: string
  /** Whether its certificate is for a name. */
  isCertified(name: string): boolean
}

/** What is wrong with the host that a request is for; `own` where it must be a name of this machine. */
export function findWrongHost(
  { httpVersionMajor, httpVersion, headers, rawHeaders }: IncomingMessage,
  own: OwnNames | undefined,
): ReceiverError | undefined {
  // [RFC 9113 §8.3.1] HTTP/2 sends the authority in place of a Host header.
  const { host, ':authority': authority = host } = headers
  if (authority === undefined || authority === '') {
    // [RFC 9112 §3.2] [RFC 9113 §8.3.1]
    return httpVersion === '1.1' || httpVersionMajor === 2
      ? new ReceiverError('malformed', 'Reading the request: it has no Host')
      : undefined
  }
  if (rawHeaders.filter((text, index) => index % 2 === 0 && /^host$/i.test(text)).length > 1) {
    // [RFC 9112 §3.2] Node.js has taken the first; a proxy may have taken another one.
    return new ReceiverError('malformed', 'Reading the request: it has more than one Host')
  }
  if (host !== undefined && host !== authority) {
    return new ReceiverError('malformed', 'Reading the request: its Host is not its :authority')
  }
  const asked = String(authority)
  if (own === undefined || isLocalName(asked, own.listening) || own.isCertified(hostName(asked)))
    return undefined
  return new ReceiverError(
    'misdirected',
    `Asking ${JSON.stringify(asked)}: this server is for this machine alone, at its address or localhost`,
  )
}
