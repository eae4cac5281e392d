import http2 from 'node:http2'
import { networkError, type UploadError } from '../errors.ts'
import type { Repetition } from './exchange.ts'
import type { SessionRequest } from './http2-session.ts'
import { isConnectionLost, toNetworkError } from './net-errors.ts'

const { NGHTTP2_HTTP_1_1_REQUIRED, NGHTTP2_REFUSED_STREAM } = http2.constants

/** Why a request by HTTP/2 has ended without a whole answer. */
export interface Http2Failure {
  readonly error: UploadError
  /** Why it may be sent again. */
  readonly repetition?: Repetition
}

/** What a request that is closed has come to, as the phones' network stack tells it. [U-22] */
export function http2FailureOf(
  { stream, isReused, sessionEnd }: SessionRequest,
  { error, isHeard }: { error: unknown; isHeard: boolean },
): Http2Failure {
  const { goaway, isClosed } = sessionEnd()
  const code = goaway?.code || stream.rstCode
  if (code === NGHTTP2_HTTP_1_1_REQUIRED) {
    const required = networkError('-365:net::ERR_HTTP_1_1_REQUIRED', error)
    return isHeard ? { error: required } : { error: required, repetition: 'http1.1' }
  }
  // [RFC 9113 §8.7] The server says that it has not begun with it.
  const isBeyond =
    goaway !== undefined && stream.id !== undefined && stream.id > goaway.lastStreamId
  if (stream.rstCode === NGHTTP2_REFUSED_STREAM || isBeyond) {
    const refused = networkError('-351:net::ERR_HTTP2_SERVER_REFUSED_STREAM', error)
    return { error: refused, repetition: 'unheard' }
  }
  const isLost = isClosed && (error === undefined || isConnectionLost(error))
  if (!isLost) {
    return {
      error: isClosed && error !== undefined ? toNetworkError(error) : protocolError(error),
    }
  }
  const lost =
    error === undefined ? networkError('-100:net::ERR_CONNECTION_CLOSED') : toNetworkError(error)
  // [U-19] Its server may have closed the session with the request on the way to it.
  return isReused && !isHeard && goaway === undefined
    ? { error: lost, repetition: 'unheard' }
    : { error: lost }
}

function protocolError(cause: unknown): UploadError {
  return networkError('-337:net::ERR_HTTP2_PROTOCOL_ERROR', cause)
}
