import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { performance } from 'node:perf_hooks'
import { networkError, UploadError } from '../errors.ts'
import { followRedirect, type Hop, type RedirectAnswer } from '../redirect.ts'
import { toHeadersReceived } from '../response-header.ts'
import type { Transport, UploadRequest } from '../transport.ts'
import type { Signal } from '../upload-state.ts'
import { type Agents, dropIdleConnections, writeErrorOf } from './agents.ts'
import { awaitContinue, createExpectations, type Expectations } from './expect-continue.ts'
import { isConnectionLost, toNetworkError } from './net-errors.ts'
import type { NodeFile } from './open-file.ts'
import { readResponse, skipResponse } from './read-response.ts'
import { type ProfileTimes, recordProfile } from './request-profile.ts'
import { assertUnchanged, sendBody } from './send-body.ts'

/** What {@link createHttpTransport} needs of its `wx`. */
export interface HttpTransportSetup {
  readonly agents: Agents
  /** Tells the developer why a redirect is not followed. */
  readonly warn: (message: string) => void
}

/** The transport of Node.js: HTTP/1.1 over kept-alive connections. It follows redirects. [U-17] */
export function createHttpTransport({ agents, warn }: HttpTransportSetup): Transport<NodeFile> {
  const expectations = createExpectations()
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
      hop = await tryTwice({ request, hop, times, emit, signal, agents, expectations, warn })
    }
  }
}

function firstHop({ method, url, header }: UploadRequest<NodeFile>): Hop {
  return { method, url, header, hasBody: true, redirects: 0 }
}

interface Exchange extends HttpTransportSetup {
  readonly request: UploadRequest<NodeFile>
  readonly hop: Hop
  readonly times: ProfileTimes
  readonly emit: (signal: Signal) => void
  readonly signal: AbortSignal
  readonly expectations: Expectations
}

type Outcome =
  | { readonly type: 'done' }
  /** Its connection had most likely gone before it, or it may not ask first. */
  | { readonly type: 'again' }
  | { readonly type: 'redirect'; readonly next: Hop }

/** Sends the request, once more where that may help; gives the next one where it is redirected. */
async function tryTwice(exchange: Exchange): Promise<Hop | undefined> {
  let outcome = await tryExchange(exchange, { mayRepeat: true })
  if (outcome.type === 'again' && !exchange.signal.aborted) {
    outcome = await tryExchange(exchange, { mayRepeat: false })
  }
  return outcome.type === 'redirect' ? outcome.next : undefined
}

/** Sends the request once. */
async function tryExchange(
  exchange: Exchange,
  { mayRepeat }: { mayRepeat: boolean },
): Promise<Outcome> {
  const { request, hop, emit, signal, agents, expectations } = exchange
  const expects = hop.hasBody && expectations.wanted(hop.url, request.body)
  const req = createRequest(exchange, expects)
  const profile = recordProfile(req, exchange.times)
  const stop = (): void => void req.destroy()
  signal.addEventListener('abort', stop, { once: true })
  const answered = new AbortController()
  let isHeard = false
  req.once('continue', () => (isHeard = true))
  let res: IncomingMessage | undefined
  const response = awaitResponse(req).finally(() => answered.abort())
  const sending = send(req, exchange, { expects, stop: answered.signal })
  try {
    ;[res] = await Promise.all([response, sending])
    if (res.statusCode === 417 && expects && mayRepeat) {
      // [RFC 9110 §10.1.1] The request may be sent again without the expectation.
      expectations.forgo(hop.url)
      return { type: 'again' }
    }
    emitAllSent(req, exchange)
    const next = findNext(res, exchange)
    if (next) {
      // A connection that has not taken the whole request cannot be used again, so that nothing is gained by reading on.
      if (req.writableFinished) await skipResponse(res)
      return { type: 'redirect', next }
    }
    emit({ type: 'headers', headers: toHeadersReceived(res.statusCode ?? 0, headerFields(res)) })
    const data = await readResponse(res, request.maxResponseBytes)
    emit({ type: 'body', data, profile: profile() })
    return { type: 'done' }
  } catch (error) {
    // [U-19] As browsers do: its server may have closed a pooled connection with the request on the way to it.
    if (mayRepeat && !res && !isHeard && req.reusedSocket && isConnectionLost(error)) {
      // The other idle ones are as old; the request is to meet a new one.
      dropIdleConnections(agents)
      return { type: 'again' }
    }
    throw toNetworkError(error)
  } finally {
    signal.removeEventListener('abort', stop)
    // After a request that was not sent whole, or an answer that was not read, its connection can carry no other.
    if (!req.writableFinished || !res?.readableEnded) req.destroy()
    await sending.catch(() => undefined)
  }
}

function createRequest({ request, hop, agents }: Exchange, expects: boolean): ClientRequest {
  const { url, method, header, hasBody } = hop
  const { contentType, contentLength } = request.body
  const isSecure = url.protocol === 'https:'
  const options = {
    method,
    agent: isSecure ? agents.https : agents.http,
    headers: {
      'User-Agent': 'wx-upload',
      ...header,
      ...(hasBody && { 'Content-Type': contentType, 'Content-Length': contentLength }),
      ...(expects && { Expect: '100-continue' }),
    },
  }
  return isSecure ? https.request(url, options) : http.request(url, options)
}

function awaitResponse(req: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    req.on('error', (error) => {
      reject((isConnectionLost(error) && writeErrorOf(req.socket)) || error)
    })
    req.once('response', (res) => {
      // The request is told more of what ends both than the response, which keeps what has come whole.
      req.on('error', (error) => {
        if (!res.complete) res.destroy(error)
      })
      resolve(res)
    })
    // A server that switches protocols unasked ends the request without an error.
    req.once('close', () => reject(networkError('-100:net::ERR_CONNECTION_CLOSED')))
  })
}

async function send(
  req: ClientRequest,
  { request, hop, emit, expectations }: Exchange,
  { expects, stop }: { expects: boolean; stop: AbortSignal },
): Promise<void> {
  if (!hop.hasBody) {
    req.end()
    return
  }
  emit({ type: 'started', totalBytes: request.body.contentLength })
  if (expects && !(await awaitContinue(req, stop))) {
    if (stop.aborted) return
    expectations.forgo(hop.url)
  }
  await sendBody(req, {
    body: request.body,
    onSent: (bytes) => emitSent(bytes, emit),
    stop,
  })
}

/** The last write may be done without its callback having run: no early answer, then. [U-23] */
function emitAllSent(req: ClientRequest, { request, hop, emit }: Exchange): void {
  if (hop.hasBody && req.writableEnded && req.socket?.writableLength === 0) {
    emitSent(request.body.contentLength, emit)
  }
}

function emitSent(bytes: number, emit: (signal: Signal) => void): void {
  emit({ type: 'sent', bytes, atMs: performance.now() })
}

/** [U-17] The caller's url was in order, and the platform's texts name no other: a warning does. */
function findNext(res: IncomingMessage, { request, hop, warn }: Exchange): Hop | undefined {
  try {
    return followRedirect(hop, redirectAnswer(res), request.urlRules)
  } catch (error) {
    if (error instanceof UploadError) {
      const reason = error.detail ?? error.message
      warn(`uploadFile: a redirect of ${hop.url.origin} is not followed: ${reason}`)
    }
    throw error
  }
}

function redirectAnswer(res: IncomingMessage): RedirectAnswer {
  const locations = Array.from(headerFields(res))
    .filter(([name]) => name.toLowerCase() === 'location')
    .map(([, value]) => value)
  return { statusCode: res.statusCode ?? 0, locations }
}

function* headerFields({ rawHeaders }: IncomingMessage): Iterable<readonly [string, string]> {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    yield [rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']
  }
}
