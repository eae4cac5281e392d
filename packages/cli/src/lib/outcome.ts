import { STATUS_CODES } from 'node:http'
import { escapeControls } from './display-name.ts'
import type { ExitReason } from './exit-codes.ts'
import type { Outcome } from './upload.ts'

// The errno of wx.uploadFile; those of files are 1300000 and up.
const abortErrno = 1
const timeoutErrno = 5
const usageErrnos: readonly number[] = [1001, 600002, 600009, 600010]
const firstFileErrno = 1_300_000

/** What a net error says to a person: what could not be done to the host, and why. */
const netErrorTexts: Record<string, (host: string) => string> = {
  ERR_CONNECTION_REFUSED: (host) => `cannot reach ${host} (connection refused)`,
  ERR_NAME_NOT_RESOLVED: (host) => `cannot reach ${host} (no host of this name)`,
  ERR_INTERNET_DISCONNECTED: (host) => `cannot reach ${host} (this machine is offline)`,
  ERR_ADDRESS_UNREACHABLE: (host) => `cannot reach ${host} (no way to this address)`,
  ERR_CONNECTION_TIMED_OUT: (host) => `cannot reach ${host} (it does not respond)`,
  ERR_CONNECTION_RESET: (host) => `lost the connection to ${host} (the other side reset it)`,
  ERR_CONNECTION_CLOSED: (host) => `lost the connection to ${host} (the other side closed it)`,
  ERR_CONNECTION_ABORTED: (host) => `lost the connection to ${host}`,
  ERR_EMPTY_RESPONSE: (host) => `${host} closed the connection without an answer`,
  ERR_SSL_PROTOCOL_ERROR: (host) => `cannot speak TLS with ${host} (is it an http:// address?)`,
  ERR_CERT_COMMON_NAME_INVALID: (host) =>
    `cannot trust ${host} (its certificate is for another name)`,
  ERR_CERT_DATE_INVALID: (host) => `cannot trust ${host} (its certificate is out of date)`,
  ERR_CERT_AUTHORITY_INVALID: (host) =>
    `cannot trust ${host} (its certificate is self-signed or of an unknown authority; --ca names one to trust, --insecure accepts any)`,
}

/** Which of the ways to end an upload came to. */
export function exitReasonOf(outcome: Outcome): ExitReason {
  if (outcome.kind === 'failed') return failureReasonOf(outcome.errno)
  return outcome.statusCode < 400 ? 'ok' : 'http'
}

function failureReasonOf(errno: number): 'aborted' | 'timeout' | 'usage' | 'file' | 'network' {
  if (errno === abortErrno) return 'aborted'
  if (errno === timeoutErrno) return 'timeout'
  if (usageErrnos.includes(errno)) return 'usage'
  return errno >= firstFileErrno ? 'file' : 'network'
}

/** The outcome as one line of JSON, for programs; what does not apply is null. */
export function formatOutcomeJson(file: string, outcome: Outcome): string {
  const ok = exitReasonOf(outcome) === 'ok'
  switch (outcome.kind) {
    case 'answered': {
      const { statusCode, data, errMsg } = outcome
      return JSON.stringify({ file, ok, statusCode, data, errMsg, errno: null })
    }
    case 'failed': {
      const { errMsg, errno } = outcome
      return JSON.stringify({ file, ok, statusCode: null, data: null, errMsg, errno })
    }
    default:
      return outcome satisfies never
  }
}

/** A status as its number and name: `413 Payload Too Large`. */
export function formatStatus(statusCode: number): string {
  return [statusCode, STATUS_CODES[statusCode]].join(' ').trimEnd()
}

/** What went wrong, in a person's words, with the errMsg that a program would get. */
export function formatFailure(
  outcome: Outcome,
  { file, host }: { file: string; host: string },
): string {
  if (outcome.kind === 'answered') {
    const answered = formatReason(outcome, host)
    const detail = readDetail(outcome.data)
    return detail === undefined ? answered : `${answered}: ${escapeControls(detail)}`
  }
  return `${explainFailure(outcome, { file, host })}: ${outcome.errMsg}`
}

/** The same without what is of one file alone, to count those that failed alike. */
export function formatReason(outcome: Outcome, host: string): string {
  if (outcome.kind === 'answered') return `the server answered ${formatStatus(outcome.statusCode)}`
  const isOfFile = failureReasonOf(outcome.errno) === 'file'
  // `uploadFile:fail file not found` says it as well as any sentence.
  return isOfFile
    ? outcome.errMsg.replace(/^\w+:fail /, '')
    : explainFailure(outcome, { file: '', host })
}

/** What a server says about a refusal, where its answer is JSON that says so. [RFC 9457 §3.1.4] */
function readDetail(data: string): string | undefined {
  const answer = parseJson(data)
  if (typeof answer !== 'object' || answer === null || !('detail' in answer)) return undefined
  return typeof answer.detail === 'string' && answer.detail !== '' ? answer.detail : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function explainFailure(
  { errno, errMsg }: Extract<Outcome, { kind: 'failed' }>,
  { file, host }: { file: string; host: string },
): string {
  const reason = failureReasonOf(errno)
  switch (reason) {
    case 'aborted':
      return 'stopped before the whole file was sent'
    case 'timeout':
      return `the time was up before ${host} had answered (--timeout gives it longer)`
    case 'usage':
      return 'this cannot be uploaded'
    case 'file':
      return `cannot read ${file}`
    case 'network': {
      const [, name = ''] = /net::(\w+)$/.exec(errMsg) ?? []
      return netErrorTexts[name]?.(host) ?? `the upload to ${host} failed`
    }
    default:
      return reason satisfies never
  }
}
