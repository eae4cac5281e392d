import { constants, type ServerHttp2Stream } from 'node:http2'
import { answered, type Fault, type FaultGroup, hidden, type Outcome, timeout } from './fault.ts'

const {
  NGHTTP2_ENHANCE_YOUR_CALM,
  NGHTTP2_INTERNAL_ERROR,
  NGHTTP2_NO_ERROR,
  NGHTTP2_REFUSED_STREAM,
} = constants

/** A fault of HTTP/2. Who speaks HTTP/1.1 sees none. */
function onStream(
  name: string,
  {
    does,
    browser,
    meet,
  }: { does: string; browser: readonly Outcome[]; meet: (stream: ServerHttp2Stream) => void },
): Fault {
  const node = answered(200, 'POST with a body')
  return { name, does, node, browser, at: 'stream', meetStream: meet }
}

export const http2Faults: FaultGroup = {
  title: 'HTTP/2; by HTTP/1.1 nothing is wrong there',
  faults: [
    onStream('h2-goaway', {
      does: 'says GOAWAY, and answers what it has begun.',
      browser: answered(200, 'ok'),
      meet: (stream) => {
        stream.session?.goaway(NGHTTP2_NO_ERROR, stream.id)
        afterStream(stream, () => respond(stream).end('ok'))
      },
    }),
    onStream('h2-goaway-and-close', {
      does: 'says GOAWAY with an error, and closes.',
      browser: hidden,
      meet: (stream) => stream.session?.destroy(undefined, NGHTTP2_ENHANCE_YOUR_CALM),
    }),
    onStream('h2-reset-stream', {
      does: 'resets the stream before an answer.',
      browser: hidden,
      meet: (stream) => stream.close(NGHTTP2_INTERNAL_ERROR),
    }),
    onStream('h2-refuse-stream', {
      does: 'refuses every stream.',
      browser: hidden,
      meet: (stream) => stream.close(NGHTTP2_REFUSED_STREAM),
    }),
    onStream('h2-reset-in-answer', {
      does: 'resets the stream in the answer.',
      browser: hidden,
      meet: (stream) =>
        afterStream(stream, () => {
          // close() would end the answer in order first.
          respond(stream).write('short', () => stream.destroy(new Error('Reset on purpose')))
        }),
    }),
    onStream('h2-silent', {
      does: 'reads all and never answers.',
      browser: timeout,
      meet: (stream) => void stream.resume(),
    }),
    onStream('h2-read-nothing', {
      does: 'never opens the window of the stream.',
      browser: timeout,
      meet: (stream) => void stream.pause(),
    }),
  ],
}

function afterStream(stream: ServerHttp2Stream, act: () => void): void {
  stream.resume().once('end', act)
}

function respond(stream: ServerHttp2Stream): ServerHttp2Stream {
  stream.respond({
    ':status': 200,
    'access-control-allow-origin': '*',
    'content-type': 'text/plain',
  })
  return stream
}
