import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { RequestProfile } from '../api.ts'
import { emptyProfile } from '../request-profile.ts'
import type { UploadRequest } from '../transport.ts'
import type { NodeFile } from './open-file.ts'

/** What happened before the request, in milliseconds since the epoch; 0 where there was no redirect. */
export type ProfileTimes = UploadRequest<NodeFile>['times'] &
  Pick<RequestProfile, 'redirectStart' | 'redirectEnd'>

/**
 * Notes when the phases of a request begin and end, from its socket's own events. [U-30]
 *
 * @returns the profile as it stands; to be asked when the response has been read
 */
export function recordProfile(
  req: ClientRequest,
  { invokedAtMs, startedAtMs, redirectStart, redirectEnd }: ProfileTimes,
): () => RequestProfile {
  const profile: RequestProfile = {
    ...emptyProfile,
    invokeStart: invokedAtMs,
    queueStart: invokedAtMs,
    queueEnd: startedAtMs,
    redirectStart,
    redirectEnd,
    fetchStart: Date.now(),
  }
  const note =
    (key: 'domainLookUpEnd' | 'connectEnd' | 'SSLconnectionEnd' | 'requestEnd' | 'responseStart') =>
    () => {
      profile[key] = Date.now()
    }
  let socket: Socket | undefined
  let sentBefore = 0
  let receivedBefore = 0

  req.once('socket', (assigned) => {
    socket = assigned
    sentBefore = assigned.bytesWritten
    receivedBefore = assigned.bytesRead
    if (!assigned.connecting) return
    profile.domainLookUpStart = Date.now()
    assigned.once('lookup', note('domainLookUpEnd'))
    assigned.once('connect', note('connectEnd'))
    assigned.once('secureConnect', note('SSLconnectionEnd'))
  })
  req.once('finish', note('requestEnd'))
  req.once('response', note('responseStart'))

  return () => {
    const isNew = profile.domainLookUpStart > 0
    const isSecure = isNew && socket instanceof TLSSocket
    return {
      ...profile,
      // An address that needs no look-up has none.
      domainLookUpEnd: profile.domainLookUpEnd || profile.domainLookUpStart,
      connectStart: isNew ? profile.domainLookUpEnd || profile.domainLookUpStart : 0,
      SSLconnectionStart: isSecure ? profile.connectEnd : 0,
      requestStart: profile.SSLconnectionEnd || profile.connectEnd || profile.fetchStart,
      responseEnd: Date.now(),
      peerIP: socket?.remoteAddress ?? '',
      port: socket?.remotePort ?? 0,
      socketReused: req.reusedSocket,
      sendBytesCount: (socket?.bytesWritten ?? 0) - sentBefore,
      receivedBytedCount: (socket?.bytesRead ?? 0) - receivedBefore,
      protocol: 'http1.1',
    }
  }
}
