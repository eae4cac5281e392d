import type { RequestProfile } from '../api.ts'
import { emptyProfile } from '../request-profile.ts'
import type { UploadRequest } from '../transport.ts'
import type { ExchangeMarks } from './exchange.ts'
import type { NodeFile } from './open-file.ts'

/** What happened before the request, in milliseconds since the epoch; 0 where there was no redirect. */
type ProfileTimes = UploadRequest<NodeFile>['times'] &
  Pick<RequestProfile, 'redirectStart' | 'redirectEnd' | 'fetchStart'>

/** The profile of a request whose response has just been read. [U-30] */
export function formatProfile(
  { invokedAtMs, startedAtMs, redirectStart, redirectEnd, fetchStart }: ProfileTimes,
  { socket, connection, ...marks }: ExchangeMarks,
): RequestProfile {
  // An address that needs no look-up has none.
  const lookUpEnd = connection ? connection.lookUpEnd || connection.start : 0
  return {
    ...emptyProfile,
    ...marks,
    invokeStart: invokedAtMs,
    queueStart: invokedAtMs,
    queueEnd: startedAtMs,
    redirectStart,
    redirectEnd,
    fetchStart,
    domainLookUpStart: connection?.start ?? 0,
    domainLookUpEnd: lookUpEnd,
    connectStart: lookUpEnd,
    connectEnd: connection?.connectEnd ?? 0,
    SSLconnectionStart: connection?.secureEnd ? connection.connectEnd : 0,
    SSLconnectionEnd: connection?.secureEnd ?? 0,
    responseEnd: Date.now(),
    peerIP: socket?.remoteAddress ?? '',
    port: socket?.remotePort ?? 0,
  }
}
