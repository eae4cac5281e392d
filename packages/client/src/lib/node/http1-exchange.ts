import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { networkError } from '../errors.ts'
import { dropIdleConnections, hostOf, writeErrorOf } from './agents.ts'
import { connectionTimesOf } from './connection-times.ts'
import {
  type Answer,
  type Exchange,
  type ExchangeMarks,
  type RequestHead,
  toFields,
} from './exchange.ts'
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
  const notes = takeNotes(req)
  const answer = awaitAnswer(req, notes)

  return {
    target: req,
    answer,
    awaitLeave: expects
      ? async () => {
          const outcome = await awaitContinue(req, answer)
          if (outcome === 'silence') expectations.forgo(head.url)
          return outcome !== 'over'
        }
      : undefined,
    isAllSent: () => req.writableEnded && req.socket?.writableLength === 0,
    mayRepeat(end) {
      if ('answer' in end) {
        if (end.answer.statusCode !== 417 || !expects) return undefined
        // [RFC 9110 §10.1.1] The request may be sent again without the expectation.
        expectations.forgo(head.url)
        return 'unasked'
      }
      // [U-19] As browsers do: its server may have closed a pooled connection with the request on the way to it.
      if (!req.reusedSocket || isHeard(notes) || !isConnectionLost(end.error)) return undefined
      // The other idle ones are as old; the request is to meet a new one.
      dropIdleConnections(setup.agents)
      return 'unheard'
    },
    marks: () => toMarks(req, notes),
    abort: () => void req.destroy(),
    release() {
      // After a request that was not sent whole, or an answer that was not read, its connection can carry no other.
      if (!req.writableFinished || !notes.response?.readableEnded) req.destroy()
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
  // Another request has just left one that is free.
  if (!isTaken) connection?.destroy()
  return req
}

function awaitAnswer(req: ClientRequest, notes: Notes): Promise<Answer> {
  return new Promise((resolve, reject) => {
    req.on('response', (res) => {
      notes.response = res
      notes.responseStart = Date.now()
      resolve({ statusCode: res.statusCode ?? 0, fields: toFields(res.rawHeaders), body: res })
    })
    req.on('error', (error) => {
      reject((isConnectionLost(error) && writeErrorOf(req.socket)) || error)
      const { response } = notes
      // The request is told more of what ends both than the response, which keeps what has come whole.
      if (response && !response.complete) response.destroy(error)
    })
    req.on('close', () => {
      // A server that switches protocols unasked ends the request without an error.
      if (!notes.response) reject(networkError('-100:net::ERR_CONNECTION_CLOSED'))
    })
  })
}

/** What has come of a request so far; times in milliseconds since the epoch, 0 for what has not happened. [U-30] */
interface Notes {
  response: IncomingMessage | undefined
  responseStart: number
  requestEnd: number
  /** The connection, and what it had carried before. */
  socket: Socket | undefined
  assignedAt: number
  sentBefore: number
  receivedBefore: number
}

function takeNotes(req: ClientRequest): Notes {
  const notes: Notes = {
    response: undefined,
    responseStart: 0,
    requestEnd: 0,
    socket: undefined,
    assignedAt: 0,
    sentBefore: 0,
    receivedBefore: 0,
  }
  req.on('socket', (socket) => {
    notes.socket = socket
    notes.assignedAt = Date.now()
    notes.sentBefore = socket.bytesWritten
    notes.receivedBefore = socket.bytesRead
  })
  req.on('finish', () => (notes.requestEnd = Date.now()))
  return notes
}

/** Whether anything has come from the server: an interim answer, or as little as the beginning of one. [U-19] */
function isHeard({ socket, receivedBefore }: Notes): boolean {
  return (socket?.bytesRead ?? 0) > receivedBefore
}

function toMarks(req: ClientRequest, notes: Notes): ExchangeMarks {
  const { socket, assignedAt, requestEnd, responseStart, sentBefore, receivedBefore } = notes
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
