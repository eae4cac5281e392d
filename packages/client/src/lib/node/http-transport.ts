import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { performance } from 'node:perf_hooks'
import { networkError } from '../errors.ts'
import { toHeadersReceived } from '../response-header.ts'
import type { Transport, UploadRequest } from '../transport.ts'
import type { Signal } from '../upload-state.ts'
import { type Agents, dropIdleConnections, writeErrorOf } from './agents.ts'
import { awaitContinue, createExpectations, type Expectations } from './expect-continue.ts'
import { isConnectionLost, toNetworkError } from './net-errors.ts'
import type { NodeFile } from './open-file.ts'
import { readResponse } from './read-response.ts'
import { recordProfile } from './request-profile.ts'
import { sendBody } from './send-body.ts'

/** The transport of Node.js: HTTP/1.1 over kept-alive connections. */
export function createHttpTransport(agents: Agents): Transport<NodeFile> {
  const expectations = createExpectations()
  return async (request, emit, signal) => {
    const exchange = { request, emit, signal, agents, expectations }
    const outcome = await tryExchange(exchange, { mayRepeat: true })
    if (outcome === 'again' && !signal.aborted) await tryExchange(exchange, { mayRepeat: false })
  }
}

interface Exchange {
  readonly request: UploadRequest<NodeFile>
  readonly emit: (signal: Signal) => void
  readonly signal: AbortSignal
  readonly agents: Agents
  readonly expectations: Expectations
}

/** Sends the request once; `again` where its connection had most likely gone before it, or it may not ask first. */
async function tryExchange(
  exchange: Exchange,
  { mayRepeat }: { mayRepeat: boolean },
): Promise<'done' | 'again'> {
  const { request, emit, signal, agents, expectations } = exchange
  const expects = expectations.wanted(request)
  const req = createRequest(exchange, expects)
  const profile = recordProfile(req, request.times)
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
      expectations.forgo(request.url)
      return 'again'
    }
    emitHeaders(req, res, exchange)
    const data = await readResponse(res, request.maxResponseBytes)
    emit({ type: 'body', data, profile: profile() })
    return 'done'
  } catch (error) {
    // [U-19] As browsers do: its server may have closed a pooled connection with the request on the way to it.
    if (mayRepeat && !res && !isHeard && req.reusedSocket && isConnectionLost(error)) {
      // The other idle ones are as old; the request is to meet a new one.
      dropIdleConnections(agents)
      return 'again'
    }
    throw toNetworkError(error)
  } finally {
    signal.removeEventListener('abort', stop)
    // After a request that was not sent whole its connection can carry no other.
    if (!req.writableFinished || !res?.complete) req.destroy()
    await sending.catch(() => undefined)
  }
}

function createRequest({ request, agents }: Exchange, expects: boolean): ClientRequest {
  const { url, header, body } = request
  const isSecure = url.protocol === 'https:'
  const options = {
    method: 'POST',
    agent: isSecure ? agents.https : agents.http,
    headers: {
      'User-Agent': 'wx-upload',
      ...header,
      'Content-Type': body.contentType,
      'Content-Length': body.contentLength,
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
  { request, emit, expectations }: Exchange,
  { expects, stop }: { expects: boolean; stop: AbortSignal },
): Promise<void> {
  emit({ type: 'started', totalBytes: request.body.contentLength })
  if (expects && !(await awaitContinue(req, stop))) {
    if (stop.aborted) return
    expectations.forgo(request.url)
  }
  await sendBody(req, {
    body: request.body,
    onSent: (bytes) => emitSent(bytes, emit),
    stop,
  })
}

function emitHeaders(req: ClientRequest, res: IncomingMessage, { request, emit }: Exchange): void {
  // The last write may be done without its callback having run: no early answer, then. [U-23]
  if (req.writableEnded && req.socket?.writableLength === 0) {
    emitSent(request.body.contentLength, emit)
  }
  emit({ type: 'headers', headers: toHeadersReceived(res.statusCode ?? 0, headerFields(res)) })
}

function emitSent(bytes: number, emit: (signal: Signal) => void): void {
  emit({ type: 'sent', bytes, atMs: performance.now() })
}

function* headerFields({ rawHeaders }: IncomingMessage): Iterable<readonly [string, string]> {
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    yield [rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']
  }
}
