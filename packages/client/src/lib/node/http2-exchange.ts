import http2, { type OutgoingHttpHeaders } from 'node:http2'
import type { Exchange, RequestHead } from './exchange.ts'
import { receiveAnswer } from './http2-answer.ts'
import type { Http2Session } from './http2-session.ts'

const { NGHTTP2_CANCEL } = http2.constants

/** How {@link openHttp2Exchange} sends its request. */
export interface Http2Setup {
  readonly session: Http2Session
  /** Closes the sessions that nobody is using. */
  readonly dropIdle: () => void
  /** Notes that the server of this url wants HTTP/1.1. */
  readonly forgo: (url: URL) => void
}

/** Sends the head of a request by HTTP/2. */
export function openHttp2Exchange(head: RequestHead, setup: Http2Setup): Exchange {
  const request = setup.session.request(formatHead(head), {
    endStream: head.bodyLength === undefined,
  })
  const { stream, connection } = request
  const requestStart = Date.now()
  let requestEnd = 0
  let responseStart = 0
  stream.once('finish', () => (requestEnd = Date.now()))
  stream.once('response', () => (responseStart = Date.now()))
  const reception = receiveAnswer(request)

  return {
    target: stream,
    answer: reception.answer,
    // No more goes out than the server has room for, and its answer is heard whatever becomes of the body: no leave is needed.
    isAllSent: () => stream.writableFinished,
    mayRepeat(end) {
      const why = 'answer' in end ? undefined : reception.repetition()
      // The other idle ones are as old; the request is to meet a new one.
      if (why === 'unheard') setup.dropIdle()
      if (why === 'http1.1') {
        setup.forgo(head.url)
        setup.session.retire()
      }
      return why
    },
    marks: (sentBytes) => ({
      socket: setup.session.socket,
      connection,
      requestStart,
      requestEnd,
      responseStart,
      socketReused: connection === undefined,
      // What else is on the connection is not told apart.
      sendBytesCount: sentBytes,
      receivedBytedCount: reception.receivedBytes(),
      protocol: 'h2',
    }),
    abort: request.abort,
    release() {
      // What is not over by now interests nobody.
      stream.close(NGHTTP2_CANCEL)
      stream.destroy()
      reception.end()
    },
  }
}

/** [RFC 9113 §8.2] Names in lower case, values without white space around them, and nothing that is of a connection. */
function formatHead({ method, url, header }: RequestHead): OutgoingHttpHeaders {
  const formatted: OutgoingHttpHeaders = {
    ':method': method,
    ':scheme': 'https',
    ':authority': url.host,
    ':path': `${url.pathname}${url.search}`,
  }
  for (const [name, value] of Object.entries(header)) {
    const key = name.toLowerCase()
    if (key === 'proxy-connection' || key === 'http2-settings') continue
    formatted[key] = value.replace(/^[\t ]+|[\t ]+$/g, '')
  }
  return formatted
}
