import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { networkError } from '../errors.ts'
import { allowData, dropIdleConnections, hostOf, writeErrorOf } from './agents.ts'
import { connectionTimesOf } from './connection-times.ts'
import { type Answer, type Exchange, type RequestHead, toFields } from './exchange.ts'
import { awaitContinue, type Expectations } from './expect-continue.ts'
import { isConnectionLost } from './net-errors.ts'

/** How {@link openHttp1Exchange} gets its connection. */
export interface Http1Setup {
  /** Every pool that there is. */
  readonly agents: ReadonlySet<http.Agent>
  /** The pool to take it from. */
  readonly agent: http.Agent
  /** What to use where the pool has nothing that is free; undefined: the pool connects. */
  readonly connection?: Socket | undefined
  readonly expectations: Expectations
}

/** Sends the head of a request by HTTP/1.1. */
export function openHttp1Exchange(head: RequestHead, setup: Http1Setup): Exchange {
  const { expectations } = setup
  const expects = head.bodyLength !== undefined && expectations.wanted(head.url, head.bodyLength)
  const req = createRequest(head, setup, expects)
  const marks = recordMarks(req)
  let isHeard = false
  req.once('continue', () => (isHeard = true))
  let res: IncomingMessage | undefined
  const answer = awaitAnswer(req, (message) => (res = message))

  return {
    target: req,
    answer,
    async awaitLeave() {
      if (!expects) return true
      const outcome = await awaitContinue(req, answer)
      if (outcome === 'silence') expectations.forgo(head.url)
      return outcome !== 'over'
    },
    isAllSent: () => req.writableEnded && req.socket?.writableLength === 0,
    mayRepeat(end) {
      if ('answer' in end) {
        if (end.answer.statusCode !== 417 || !expects) return undefined
        // [RFC 9110 §10.1.1] The request may be sent again without the expectation.
        expectations.forgo(head.url)
        return 'unasked'
      }
      // [U-19] As browsers do: its server may have closed a pooled connection with the request on the way to it.
      if (isHeard || !req.reusedSocket || !isConnectionLost(end.error)) return undefined
      // The other idle ones are as old; the request is to meet a new one.
      dropIdleConnections(setup.agents)
      return 'unheard'
    },
    marks,
    abort: () => void req.destroy(),
    release() {
      // After a request that was not sent whole, or an answer that was not read, its connection can carry no other.
      if (!req.writableFinished || !res?.readableEnded) req.destroy()
    },
  }
}

function createRequest(
  { method, url, header }: RequestHead,
  { agent, connection }: Http1Setup,
  expects: boolean,
): ClientRequest {
  let isTaken = false
  const options = {
    method,
    agent,
    // A URL of its own would be copied with all that it has.
    protocol: url.protocol,
    hostname: hostOf(url),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { ...header, ...(expects && { Expect: '100-continue' }) },
    ...(connection && {
      createConnection() {
        isTaken = true
        return connection
      },
    }),
  }
  // By either protocol: the pool knows its own.
  const req = http.request(options)
  req.on('socket', allowData)
  // Another request has just left one that is free.
  if (!isTaken) connection?.destroy()
  return req
}

function awaitAnswer(
  req: ClientRequest,
  onAnswer: (res: IncomingMessage) => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined
    req.on('response', (res) => {
      answer = res
      onAnswer(res)
      resolve({ statusCode: res.statusCode ?? 0, fields: toFields(res.rawHeaders), body: res })
    })
    req.on('error', (error) => {
      reject((isConnectionLost(error) && writeErrorOf(req.socket)) || error)
      // The request is told more of what ends both than the response, which keeps what has come whole.
      if (answer && !answer.complete) answer.destroy(error)
    })
    req.on('close', () => {
      // A server that switches protocols unasked ends the request without an error.
      if (!answer) reject(networkError('-100:net::ERR_CONNECTION_CLOSED'))
    })
  })
}

/** Notes when the phases of a request begin and end. [U-30] */
function recordMarks(req: ClientRequest): Exchange['marks'] {
  let socket: Socket | undefined
  let sentBefore = 0
  let receivedBefore = 0
  let assignedAt = 0
  let requestEnd = 0
  let responseStart = 0
  req.on('socket', (assigned) => {
    socket = assigned
    sentBefore = assigned.bytesWritten
    receivedBefore = assigned.bytesRead
    assignedAt = Date.now()
  })
  req.on('finish', () => (requestEnd = Date.now()))
  req.on('response', () => (responseStart = Date.now()))

  return () => {
    const connection = socket && !req.reusedSocket ? connectionTimesOf(socket) : undefined
    return {
      socket,
      connection,
      requestStart: connection?.secureEnd || connection?.connectEnd || assignedAt,
      requestEnd,
      responseStart,
      socketReused: req.reusedSocket,
      sendBytesCount: (socket?.bytesWritten ?? 0) - sentBefore,
      receivedBytedCount: (socket?.bytesRead ?? 0) - receivedBefore,
      protocol: 'http1.1',
    }
  }
}
