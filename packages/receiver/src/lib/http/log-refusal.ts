import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ReceiverError } from '../problem/errors.ts'
import type { ReceiverLog } from './receiver-log.ts'
import { requestIdOf } from './request-id.ts'

const longestPath = 200

/** Logs one line for a request that is refused. Its query is left out: who knows what secrets are in it. */
export function logRefusal(
  log: ReceiverLog,
  error: ReceiverError,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): void {
  log.info(
    {
      requestId: requestIdOf({ request, response }),
      outcome: error.code,
      method: request.method,
      path: request.url?.replace(/\?.*/s, '').slice(0, longestPath),
      remoteAddress: request.socket.remoteAddress,
      detail: error.message,
    },
    'refused',
  )
}
