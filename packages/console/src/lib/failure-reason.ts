/** Why an upload failed, in the terms of a person who watches it. */
export type FailureCode =
  | 'offline'
  | 'unreachable'
  | 'timeout'
  | 'file-gone'
  | 'file-changed'
  | 'file-unreadable'
  | 'too-large'
  | 'storage-full'
  | 'busy'
  | 'too-slow'
  | 'forbidden'
  | 'not-accepted'
  | 'server-failed'
  | 'other'

/** Why an upload failed. */
export interface FailureReason {
  readonly code: FailureCode
  /** What the server or the client itself says about it, in English; may be missing. */
  readonly detail?: string
}

const byErrno: Readonly<Record<number, FailureCode>> = {
  5: 'timeout',
  1300002: 'file-gone',
  1300005: 'file-unreadable',
  1300013: 'file-unreadable',
  1300021: 'file-unreadable',
  1300022: 'file-unreadable',
}

const byStatus: Readonly<Record<number, FailureCode>> = {
  401: 'forbidden',
  403: 'forbidden',
  408: 'too-slow',
  413: 'too-large',
  429: 'busy',
  502: 'unreachable',
  503: 'busy',
  504: 'unreachable',
  507: 'storage-full',
}

/** The reason behind what `fail` was given. */
export function explainFailure(
  { errno, errMsg }: { errno: number; errMsg: string },
  isOnline: boolean,
): FailureReason {
  const detail = errMsg.replace(/^uploadFile:fail /, '')
  if (errno === 600001) return { code: isOnline ? 'unreachable' : 'offline', detail }
  if (detail.startsWith('file changed')) return { code: 'file-changed', detail }
  return { code: byErrno[errno] ?? 'other', detail }
}

/** The reason behind an answer that is no success, 400 and above; its body is a problem document where all is well. */
export function explainAnswer(statusCode: number, body: string): FailureReason {
  const code = byStatus[statusCode] ?? (statusCode >= 500 ? 'server-failed' : 'not-accepted')
  return { code, detail: readProblemDetail(body) ?? `HTTP ${statusCode}` }
}

/** Whether the same upload may well succeed once the server can be reached again. */
export function isPassing({ code }: FailureReason): boolean {
  return code === 'offline' || code === 'unreachable' || code === 'busy'
}

/** [RFC 9457] What happened this time, else what kind of problem it is. */
function readProblemDetail(body: string): string | undefined {
  try {
    const problem: unknown = JSON.parse(body)
    if (typeof problem !== 'object' || problem === null) return undefined
    if ('detail' in problem && typeof problem.detail === 'string') return problem.detail
    if ('title' in problem && typeof problem.title === 'string') return problem.title
  } catch {
    // Something between here and the server may have answered in its own way.
  }
  return undefined
}
