import { constants, type ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import {
  answered,
  type Fault,
  type FaultGroup,
  hidden,
  type MeetStream,
  netError,
  timeout,
} from './fault.ts'
import { afterStream, respond, respondAfter } from './serve-http2.ts'

const {
  NGHTTP2_CANCEL,
  NGHTTP2_HTTP_1_1_REQUIRED,
  NGHTTP2_INTERNAL_ERROR,
  NGHTTP2_NO_ERROR,
  NGHTTP2_REFUSED_STREAM,
} = constants

const ok = answered(200, 'ok')
const brokenProtocol = netError('-337:net::ERR_HTTP2_PROTOCOL_ERROR')
const refused = netError('-351:net::ERR_HTTP2_SERVER_REFUSED_STREAM')

/** The connections that one fault has been met on. */
const used = new WeakSet<TLSSocket>()

/** A fault of HTTP/2. Who speaks HTTP/1.1 sees none. */
function onStream(
  name: string,
  { meet, ...description }: Pick<Fault, 'does' | 'node' | 'browser'> & { meet: MeetStream },
): Fault {
  return { name, ...description, at: 'stream', meetStream: meet }
}

export const http2Faults: FaultGroup = {
  title: 'HTTP/2, with `enableHttp2` in Node.js; by HTTP/1.1 nothing is wrong there',
  faults: [
    onStream('h2-goaway', {
      does: 'says GOAWAY, and answers what it has begun.',
      node: ok,
      browser: [...ok, ...hidden],
      meet: (stream) => {
        stream.session?.goaway(NGHTTP2_NO_ERROR, stream.id)
        respondAfter(stream, 'ok')
      },
    }),
    onStream('h2-close-idle', {
      does: 'answers, and closes when nobody uses it.',
      node: ok,
      browser: ok,
      meet: (stream, socket) => {
        const { session } = stream
        // Who answers this has the answer.
        stream.once('close', () => {
          if (!session?.destroyed) session?.ping(() => socket.end())
        })
        respondAfter(stream, 'ok')
      },
    }),
    onStream('h2-close-when-reused', {
      does: 'closes when it is used again.',
      node: ok,
      browser: ok,
      meet: (stream, socket) => {
        if (used.has(socket)) {
          socket.destroy()
        } else {
          used.add(socket)
          respondAfter(stream, 'ok')
        }
      },
    }),
    onStream('h2-reset-stream', {
      does: 'resets the stream before an answer.',
      node: brokenProtocol,
      browser: hidden,
      meet: (stream) => stream.close(NGHTTP2_INTERNAL_ERROR),
    }),
    onStream('h2-refuse-stream', {
      does: 'refuses every stream.',
      node: refused,
      browser: hidden,
      meet: (stream) => stream.close(NGHTTP2_REFUSED_STREAM),
    }),
    onStream('h2-refuse-once', {
      does: 'refuses every other stream.',
      node: ok,
      browser: ok,
      meet: everyOther((stream) => stream.close(NGHTTP2_REFUSED_STREAM)),
    }),
    onStream('h2-wants-1.1', {
      does: 'wants HTTP/1.1, and says so.',
      node: answered(200, 'POST with a body'),
      browser: answered(200, 'POST with a body'),
      meet: (stream) => stream.close(NGHTTP2_HTTP_1_1_REQUIRED),
    }),
    onStream('h2-early', {
      does: 'answers 413 early, and ends the stream.',
      node: answered(413, 'too much'),
      browser: answered(413, 'too much'),
      meet: (stream) => endEarly(stream, NGHTTP2_NO_ERROR),
    }),
    onStream('h2-early-cancel', {
      does: 'answers 413 early, and cancels the stream.',
      node: answered(413, 'too much'),
      browser: [...answered(413, 'too much'), ...hidden],
      meet: (stream) => endEarly(stream, NGHTTP2_CANCEL),
    }),
    onStream('h2-early-wait', {
      does: 'answers 413 early, and reads no more.',
      node: answered(413, 'too much'),
      browser: [...answered(413, 'too much'), ...timeout],
      meet: (stream) => void respond(stream.pause(), 413).end('too much'),
    }),
    onStream('h2-reset-in-answer', {
      does: 'resets the stream in the answer.',
      node: brokenProtocol,
      browser: hidden,
      meet: (stream) =>
        afterStream(stream, () => {
          // close() would end the answer in order first.
          respond(stream).write('short', () => stream.destroy(new Error('Reset on purpose')))
        }),
    }),
    onStream('h2-end-in-answer', {
      does: 'ends the stream in the answer, unfinished.',
      node: brokenProtocol,
      browser: answered(200, 'short'),
      meet: (stream) =>
        afterStream(stream, () => respond(stream).write('short', () => void stream.destroy())),
    }),
    onStream('h2-close-in-answer', {
      does: 'closes in the answer.',
      node: netError('-100:net::ERR_CONNECTION_CLOSED'),
      browser: hidden,
      meet: (stream, socket) =>
        afterStream(stream, () => {
          respond(stream).write('short', () => void socket.end())
        }),
    }),
    onStream('h2-silent', {
      does: 'reads all and never answers.',
      node: timeout,
      browser: timeout,
      meet: (stream) => void stream.resume(),
    }),
    onStream('h2-read-nothing', {
      does: 'never opens the window of the stream.',
      node: timeout,
      browser: timeout,
      meet: (stream) => void stream.pause(),
    }),
  ],
}

/** Meets every other stream so, and answers the others. */
function everyOther(
  meet: (stream: ServerHttp2Stream) => void,
): (stream: ServerHttp2Stream) => void {
  let isNext = false
  return (stream) => {
    isNext = !isNext
    if (isNext) meet(stream)
    else respondAfter(stream, 'ok')
  }
}

function endEarly(stream: ServerHttp2Stream, code: number): void {
  respond(stream, 413).end('too much', () => stream.close(code))
}
