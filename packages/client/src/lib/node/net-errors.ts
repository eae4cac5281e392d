import { networkError, UploadError, type NetErrorName } from '../errors.ts'

/** What Node.js, libuv and OpenSSL call a failure, and what the phones' network stack calls it. [U-22] */
const names = new Map<string, NetErrorName>([
  ['ECONNREFUSED', 'ERR_CONNECTION_REFUSED'],
  ['ECONNRESET', 'ERR_CONNECTION_RESET'],
  ['EPIPE', 'ERR_CONNECTION_RESET'],
  ['ECONNABORTED', 'ERR_CONNECTION_ABORTED'],
  ['ETIMEDOUT', 'ERR_CONNECTION_TIMED_OUT'],
  ['ENOTFOUND', 'ERR_NAME_NOT_RESOLVED'],
  ['EAI_AGAIN', 'ERR_NAME_NOT_RESOLVED'],
  ['EAI_FAIL', 'ERR_NAME_NOT_RESOLVED'],
  ['EAI_NONAME', 'ERR_NAME_NOT_RESOLVED'],
  ['ENETUNREACH', 'ERR_INTERNET_DISCONNECTED'],
  ['ENETDOWN', 'ERR_INTERNET_DISCONNECTED'],
  ['EHOSTUNREACH', 'ERR_ADDRESS_UNREACHABLE'],
  ['EADDRNOTAVAIL', 'ERR_ADDRESS_UNREACHABLE'],
  ['EPROTO', 'ERR_SSL_PROTOCOL_ERROR'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_CERT_COMMON_NAME_INVALID'],
  ['CERT_HAS_EXPIRED', 'ERR_CERT_DATE_INVALID'],
  ['CERT_NOT_YET_VALID', 'ERR_CERT_DATE_INVALID'],
  ['CERT_REVOKED', 'ERR_CERT_REVOKED'],
  ['CERT_UNTRUSTED', 'ERR_CERT_AUTHORITY_INVALID'],
  ['CERT_SIGNATURE_FAILURE', 'ERR_CERT_AUTHORITY_INVALID'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_CERT_AUTHORITY_INVALID'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_CERT_AUTHORITY_INVALID'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'ERR_CERT_AUTHORITY_INVALID'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_CERT_AUTHORITY_INVALID'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_CERT_AUTHORITY_INVALID'],
  ['HPE_HEADER_OVERFLOW', 'ERR_RESPONSE_HEADERS_TOO_BIG'],
  ['HPE_INVALID_CHUNK_SIZE', 'ERR_INVALID_CHUNKED_ENCODING'],
])

/** The failure that an error of a request or a connection stands for. */
export function toNetworkError(error: unknown): UploadError {
  return error instanceof UploadError ? error : networkError(nameOf(error), error)
}

function nameOf(error: unknown): NetErrorName {
  if (!(error instanceof Error)) return 'ERR_FAILED'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // Node.js gives a connection that was closed, in order but too early, the code of a reset one.
  if (code === 'ECONNRESET' && !('syscall' in error)) {
    return error.message.includes('TLS') ? 'ERR_CONNECTION_CLOSED' : 'ERR_EMPTY_RESPONSE'
  }
  const name = names.get(code)
  if (name !== undefined) return name
  if (code.startsWith('ERR_SSL_')) return 'ERR_SSL_PROTOCOL_ERROR'
  if (code.startsWith('HPE_')) return 'ERR_INVALID_HTTP_RESPONSE'
  return 'ERR_FAILED'
}

/** Whether a connection was lost, in a way that a pooled one is when its server closed it unasked. */
export function isConnectionLost(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ECONNRESET' || error.code === 'EPIPE')
  )
}
