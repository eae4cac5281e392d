import { networkError, UploadError, type NetError } from '../errors.ts'

/** What Node.js, libuv and OpenSSL call a failure, and what the phones' network stack calls it. [U-22] */
const netErrors = new Map<string, NetError>([
  ['ECONNREFUSED', '-102:net::ERR_CONNECTION_REFUSED'],
  ['ECONNRESET', '-101:net::ERR_CONNECTION_RESET'],
  ['EPIPE', '-101:net::ERR_CONNECTION_RESET'],
  ['ECONNABORTED', '-103:net::ERR_CONNECTION_ABORTED'],
  ['ETIMEDOUT', '-118:net::ERR_CONNECTION_TIMED_OUT'],
  ['ENOTFOUND', '-105:net::ERR_NAME_NOT_RESOLVED'],
  ['EAI_AGAIN', '-105:net::ERR_NAME_NOT_RESOLVED'],
  ['EAI_FAIL', '-105:net::ERR_NAME_NOT_RESOLVED'],
  ['EAI_NONAME', '-105:net::ERR_NAME_NOT_RESOLVED'],
  ['ENETUNREACH', '-106:net::ERR_INTERNET_DISCONNECTED'],
  ['ENETDOWN', '-106:net::ERR_INTERNET_DISCONNECTED'],
  ['EHOSTUNREACH', '-109:net::ERR_ADDRESS_UNREACHABLE'],
  ['EADDRNOTAVAIL', '-109:net::ERR_ADDRESS_UNREACHABLE'],
  ['EPROTO', '-107:net::ERR_SSL_PROTOCOL_ERROR'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', '-200:net::ERR_CERT_COMMON_NAME_INVALID'],
  ['CERT_HAS_EXPIRED', '-201:net::ERR_CERT_DATE_INVALID'],
  ['CERT_NOT_YET_VALID', '-201:net::ERR_CERT_DATE_INVALID'],
  ['CERT_REVOKED', '-206:net::ERR_CERT_REVOKED'],
  ['CERT_UNTRUSTED', '-202:net::ERR_CERT_AUTHORITY_INVALID'],
  ['CERT_SIGNATURE_FAILURE', '-202:net::ERR_CERT_AUTHORITY_INVALID'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', '-202:net::ERR_CERT_AUTHORITY_INVALID'],
  ['SELF_SIGNED_CERT_IN_CHAIN', '-202:net::ERR_CERT_AUTHORITY_INVALID'],
  ['UNABLE_TO_GET_ISSUER_CERT', '-202:net::ERR_CERT_AUTHORITY_INVALID'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', '-202:net::ERR_CERT_AUTHORITY_INVALID'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', '-202:net::ERR_CERT_AUTHORITY_INVALID'],
  ['HPE_HEADER_OVERFLOW', '-325:net::ERR_RESPONSE_HEADERS_TOO_BIG'],
])

/** The failure that an error of a request or a connection stands for. */
export function toNetworkError(error: unknown): UploadError {
  return error instanceof UploadError ? error : networkError(netErrorOf(error), error)
}

function netErrorOf(error: unknown): NetError {
  if (!(error instanceof Error)) return '-2:net::ERR_FAILED'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // Node.js gives a connection that was closed, in order but too early, the code of a reset one.
  if (code === 'ECONNRESET' && !('syscall' in error)) {
    return error.message.includes('TLS')
      ? '-100:net::ERR_CONNECTION_CLOSED'
      : '-324:net::ERR_EMPTY_RESPONSE'
  }
  const netError = netErrors.get(code)
  if (netError !== undefined) return netError
  if (code.startsWith('ERR_HTTP2_')) return http2ErrorOf(error)
  if (code.startsWith('ERR_SSL_')) return '-107:net::ERR_SSL_PROTOCOL_ERROR'
  if (code.startsWith('HPE_')) {
    // Its parser has one code for most of what it is strict about, and says in the text what that was.
    return /chunk/i.test(error.message)
      ? '-321:net::ERR_INVALID_CHUNKED_ENCODING'
      : '-370:net::ERR_INVALID_HTTP_RESPONSE'
  }
  return '-2:net::ERR_FAILED'
}

/** What nghttp2 calls a window beyond what one can be: NGHTTP2_ERR_FLOW_CONTROL. */
const flowControlErrno = -524

/** What is wrong with what came by HTTP/2. */
function http2ErrorOf(error: object): NetError {
  return 'errno' in error && error.errno === flowControlErrno
    ? '-361:net::ERR_HTTP2_FLOW_CONTROL_ERROR'
    : '-337:net::ERR_HTTP2_PROTOCOL_ERROR'
}

/** Whether a connection was lost, in a way that a pooled one is when its server closed it unasked. */
export function isConnectionLost(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ECONNRESET' || error.code === 'EPIPE')
  )
}
