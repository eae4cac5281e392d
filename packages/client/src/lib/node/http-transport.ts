import { performance } from 'node:perf_hooks'
import { UploadError } from '../errors.ts'
import { followRedirect, type Hop } from '../redirect.ts'
import { toHeadersReceived } from '../response-header.ts'
import type { Transport, UploadRequest } from '../transport.ts'
import type { Signal } from '../upload-state.ts'
import type { Connections } from './connections.ts'
import type { Answer, Exchange, Repetition, RequestHead } from './exchange.ts'
import { toNetworkError } from './net-errors.ts'
import type { NodeFile } from './open-file.ts'
import { readResponse, skipResponse } from './read-response.ts'
import { formatProfile, type ProfileTimes } from './request-profile.ts'
import { assertUnchanged, sendBody } from './send-body.ts'

/** What {@link createHttpTransport} needs of its `wx`. */
export interface HttpTransportSetup {
  readonly connections: Connections
  /** Tells the developer why a redirect is not followed. */
  readonly warn: (message: string) => void
}

/** The transport of Node.js: HTTP/1.1 and HTTP/2 over kept-alive connections. It follows redirects. [U-17] */
export function createHttpTransport(setup: HttpTransportSetup): Transport<NodeFile> {
  return async (request, emit, signal) => {
    const startedAtMs = Date.now()
    let hop: Hop | undefined = firstHop(request)
    while (hop !== undefined && !signal.aborted) {
      const { redirects, hasBody } = hop
      // [U-16] A file that has changed on the way is not worth a second beginning.
      if (redirects > 0 && hasBody) await assertUnchanged(request.body)
      const times = {
        ...request.times,
        redirectStart: redirects > 0 ? startedAtMs : 0,
        redirectEnd: redirects > 0 ? Date.now() : 0,
      }
      hop = await sendHop({ ...setup, request, hop, times, emit, signal, repeated: new Set() })
    }
  }
}

function firstHop({ method, url, header }: UploadRequest<NodeFile>): Hop {
  return { method, url, header, hasBody: true, redirects: 0 }
}

interface Sending extends HttpTransportSetup {
  readonly request: UploadRequest<NodeFile>
  readonly hop: Hop
  readonly times: Omit<ProfileTimes, 'fetchStart'>
  readonly emit: (signal: Signal) => void
  readonly signal: AbortSignal
  /** For what it has been sent again. */
  readonly repeated: Set<Repetition>
}

/** How much of a body has been taken by the operating system. */
interface Progress {
  sentBytes: number
}

type Outcome =
  | { readonly type: 'done' }
  | { readonly type: 'again' }
  | { readonly type: 'redirect'; readonly next: Hop }

/** Sends the request, again where that may help; gives the next one where it is redirected. */
async function sendHop(sending: Sending): Promise<Hop | undefined> {
  let outcome = await sendOnce(sending)
  while (outcome.type === 'again' && !sending.signal.aborted) outcome = await sendOnce(sending)
  return outcome.type === 'redirect' ? outcome.next : undefined
}

/** Sends the request once. */
async function sendOnce(sending: Sending): Promise<Outcome> {
  const { request, signal, connections } = sending
  const fetchStart = Date.now()
  let exchange: Exchange
  try {
    const { mayUseHttp2 } = request
    exchange = await connections.open(headOf(sending), { mayUseHttp2, signal })
  } catch (error) {
    throw toNetworkError(error)
  }
  if (signal.aborted) exchange.abort()
  signal.addEventListener('abort', exchange.abort, { once: true })
  const progress: Progress = { sentBytes: 0 }
  const body = sendBodyOf(sending, exchange, progress)
  let answer: Answer | undefined
  try {
    ;[answer] = await Promise.all([exchange.answer, body])
    if (mayRepeat(sending, exchange.mayRepeat({ answer }))) return { type: 'again' }
    return await takeAnswer(sending, exchange, { answer, progress, fetchStart })
  } catch (error) {
    if (!answer && mayRepeat(sending, exchange.mayRepeat({ error }))) return { type: 'again' }
    throw toNetworkError(error)
  } finally {
    signal.removeEventListener('abort', exchange.abort)
    exchange.release()
    await body.catch(() => undefined)
  }
}

function headOf({ request, hop }: Sending): RequestHead {
  const { method, url, header, hasBody } = hop
  const { contentType, contentLength } = request.body
  return {
    method,
    url,
    header: {
      'User-Agent': 'wx-upload',
      ...header,
      ...(hasBody && { 'Content-Type': contentType, 'Content-Length': String(contentLength) }),
    },
    bodyLength: hasBody ? contentLength : undefined,
  }
}

function mayRepeat({ repeated }: Sending, why: Repetition | undefined): boolean {
  if (why === undefined || repeated.has(why)) return false
  repeated.add(why)
  return true
}

async function sendBodyOf(
  { request, hop, emit }: Sending,
  exchange: Exchange,
  progress: Progress,
): Promise<void> {
  if (!hop.hasBody) {
    exchange.target.end()
    return
  }
  emit({ type: 'started', totalBytes: request.body.contentLength })
  if (!(await exchange.awaitLeave())) return
  await sendBody(exchange.target, {
    body: request.body,
    onSent(bytes) {
      progress.sentBytes = bytes
      emitSent(bytes, emit)
    },
    end: exchange.answer,
  })
}

/** Reads an answer, or follows it. */
async function takeAnswer(
  sending: Sending,
  exchange: Exchange,
  {
    answer,
    progress: { sentBytes },
    fetchStart,
  }: { answer: Answer; progress: Progress; fetchStart: number },
): Promise<Outcome> {
  const { request, hop, times, emit, signal } = sending
  const { contentLength } = request.body
  // The last write may be done without its callback having run: no early answer, then. [U-23]
  if (hop.hasBody && exchange.isAllSent()) emitSent(contentLength, emit)
  const next = findNext(answer, sending)
  if (next) {
    // A connection that has not taken the whole request cannot be used again, so that nothing is gained by reading on.
    if (exchange.target.writableFinished) await skipResponse(answer.body)
    return { type: 'redirect', next }
  }
  emit({ type: 'headers', headers: toHeadersReceived(answer.statusCode, answer.fields) })
  const data = await readResponse(answer, request.maxResponseBytes)
  // The task ends with the answer, and its connection is the next one's.
  signal.removeEventListener('abort', exchange.abort)
  emit({
    type: 'body',
    data,
    profile: formatProfile({ ...times, fetchStart }, exchange.marks(sentBytes)),
  })
  return { type: 'done' }
}

function emitSent(bytes: number, emit: (signal: Signal) => void): void {
  emit({ type: 'sent', bytes, atMs: performance.now() })
}

/** [U-17] The caller's url was in order, and the platform's texts name no other: a warning does. */
function findNext(
  { statusCode, fields }: Answer,
  { request, hop, warn }: Sending,
): Hop | undefined {
  const locations = fields
    .filter(([name]) => name.toLowerCase() === 'location')
    .map(([, value]) => value)
  try {
    return followRedirect(hop, { statusCode, locations }, request.urlRules)
  } catch (error) {
    if (error instanceof UploadError) {
      const reason = error.detail || error.message
      warn(`uploadFile: a redirect of ${hop.url.origin} is not followed: ${reason}`)
    }
    throw error
  }
}
