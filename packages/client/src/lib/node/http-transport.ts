import { performance } from 'node:perf_hooks'
import { UploadError } from '../errors.ts'
import { followRedirect, type Hop, isRedirect } from '../redirect.ts'
import { toHeadersReceived } from '../response-header.ts'
import type { StopSignal } from '../stop.ts'
import type { OwnTransport, UploadRequest } from '../transport.ts'
import type { Signal } from '../upload-state.ts'
import type { Connections } from './connections.ts'
import type { Answer, Exchange, Repetition, RequestHead } from './exchange.ts'
import { toNetworkError } from './net-errors.ts'
import type { NodeFile } from './open-file.ts'
import { readResponse, skipResponse } from './read-response.ts'
import { formatProfile } from './request-profile.ts'
import { assertUnchanged, sendBody } from './send-body.ts'

/** What {@link createHttpTransport} needs of its `wx`. */
export interface HttpTransportSetup {
  readonly connections: Connections
  /** Tells the developer why a redirect is not followed. */
  readonly warn: (message: string) => void
}

/** The transport of Node.js: HTTP/1.1 and HTTP/2 over kept-alive connections. It follows redirects. [U-17] */
export function createHttpTransport({
  connections,
  warn,
}: HttpTransportSetup): OwnTransport<NodeFile> {
  return async (request, emit, stop) => {
    let sending: Sending | undefined = {
      connections,
      warn,
      request,
      emit,
      stop,
      startedAtMs: Date.now(),
      hop: firstHop(request),
      redirectedAtMs: 0,
      repeated: [],
    }
    while (sending !== undefined && !stop.aborted) {
      const { redirects, hasBody } = sending.hop
      // [U-16] A file that has changed on the way is not worth a second beginning.
      if (redirects > 0 && hasBody) await assertUnchanged(request.body)
      sending = await sendOnce(sending)
    }
  }
}

function firstHop({ method, url, header }: UploadRequest<NodeFile>): Hop {
  return { method, url, header, hasBody: true, redirects: 0 }
}

interface Sending extends HttpTransportSetup {
  readonly request: UploadRequest<NodeFile>
  readonly emit: (signal: Signal) => void
  readonly stop: StopSignal
  readonly startedAtMs: number
  readonly hop: Hop
  /** When the redirect to this hop had been read; 0 where none has led here. */
  readonly redirectedAtMs: number
  /** For what this hop has been sent again. */
  readonly repeated: Repetition[]
}

/** Sends the request once; gives what is to be sent next: the same again where that may help, or where it is redirected. */
async function sendOnce(sending: Sending): Promise<Sending | undefined> {
  const { request, stop, connections } = sending
  const fetchStart = Date.now()
  let exchange: Exchange
  try {
    const { mayUseHttp2 } = request
    exchange = await connections.open(headOf(sending), { mayUseHttp2, stop })
  } catch (error) {
    throw toNetworkError(error)
  }
  if (stop.aborted) exchange.abort()
  stop.addEventListener('abort', exchange.abort)
  let answer: Answer | undefined
  try {
    // It is over when the answer comes, or fails to, at the latest: nobody waits too long, or too late to hear of that.
    const sentBytes = await sendBodyOf(sending, exchange)
    answer = await exchange.answer
    if (mayRepeat(sending, exchange.mayRepeat({ answer }))) return sending
    return await takeAnswer(sending, exchange, { answer, sentBytes, fetchStart })
  } catch (error) {
    // After an abort it looks as if the server had gone, and other connections are none the worse for that.
    const isOver = answer !== undefined || stop.aborted
    if (!isOver && mayRepeat(sending, exchange.mayRepeat({ error }))) return sending
    throw toNetworkError(error)
  } finally {
    stop.removeEventListener('abort', exchange.abort)
    exchange.release()
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
  if (why === undefined || repeated.includes(why)) return false
  repeated.push(why)
  return true
}

/** Gives how many bytes of the body the operating system has taken. */
async function sendBodyOf({ request, hop, emit }: Sending, exchange: Exchange): Promise<number> {
  if (!hop.hasBody) {
    exchange.target.end()
    return 0
  }
  emit({ type: 'started', totalBytes: request.body.contentLength })
  if (exchange.awaitLeave && !(await exchange.awaitLeave())) return 0
  let sentBytes = 0
  await sendBody(exchange.target, {
    body: request.body,
    onSent(bytes) {
      sentBytes = bytes
      emitSent(bytes, emit)
    },
    end: exchange.answer,
  })
  return sentBytes
}

/** Reads an answer, or follows it. */
async function takeAnswer(
  sending: Sending,
  exchange: Exchange,
  { answer, sentBytes, fetchStart }: { answer: Answer; sentBytes: number; fetchStart: number },
): Promise<Sending | undefined> {
  const { request, hop, startedAtMs, redirectedAtMs, emit } = sending
  const { contentLength } = request.body
  // The last write may be done without its callback having run: no early answer, then. [U-23]
  if (hop.hasBody && exchange.isAllSent()) emitSent(contentLength, emit)
  const next = findNext(answer, sending)
  if (next) {
    // A connection that has not taken the whole request cannot be used again, so that nothing is gained by reading on.
    if (exchange.target.writableFinished) await skipResponse(answer.body)
    return { ...sending, hop: next, redirectedAtMs: Date.now(), repeated: [] }
  }
  emit({ type: 'headers', headers: toHeadersReceived(answer.statusCode, answer.fields) })
  const data = await readResponse(answer, request.maxResponseBytes)
  // Their own fields first, as in `upload-file.ts`.
  const times = {
    redirectStart: redirectedAtMs && startedAtMs,
    redirectEnd: redirectedAtMs,
    fetchStart,
    ...request.times,
  }
  emit({ type: 'body', data, profile: formatProfile(times, exchange.marks(sentBytes)) })
  return undefined
}

function emitSent(bytes: number, emit: (signal: Signal) => void): void {
  emit({ type: 'sent', bytes, atMs: performance.now() })
}

/** [U-17] The caller's url was in order, and the platform's texts name no other: a warning does. */
function findNext(
  { statusCode, fields }: Answer,
  { request, hop, warn }: Sending,
): Hop | undefined {
  if (!isRedirect(statusCode)) return undefined
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
