import {
  afterBody,
  formatResponse,
  formatWhole,
  say,
  sayAndReset,
  sayLast,
  type Exchange,
} from './exchange.ts'
import {
  answered,
  type FaultGroup,
  hidden,
  type Meet,
  netError,
  reset,
  timeout,
  tooLarge,
} from './fault.ts'

const gibibyte = 1024 ** 3
const ok = formatWhole('200 OK', 'ok')
const cutShort = formatResponse('200 OK', { header: ['Content-Length: 1000'], body: 'short' })
// Node.js takes a reset that comes in the same moment as the last bytes for an end in order.
const emptyResponse = netError('-324:net::ERR_EMPTY_RESPONSE')
const badChunks = netError('-321:net::ERR_INVALID_CHUNKED_ENCODING')
const chunked = (body: string): Buffer =>
  formatResponse('200 OK', { header: ['Transfer-Encoding: chunked'], body })

/** How long a slow server lets its client wait, and how often it says the next byte. */
const slowStartMs = 2000
const slowByteMs = 100

export const lengthFaults: FaultGroup = {
  title: 'The length of the answer, and its end',
  faults: [
    {
      name: 'slow-start',
      does: 'answers after two seconds.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(({ socket }) => void setTimeout(() => socket.write(ok), slowStartMs)),
    },
    {
      name: 'slow-answer',
      does: 'answers with ten bytes a second.',
      node: answered(200, 'slow answer'),
      browser: answered(200, 'slow answer'),
      at: 'path',
      meet: afterBody(answerSlowly),
    },
    {
      name: 'stall-in-answer',
      does: 'stops in the middle of the answer, and stays.',
      node: timeout,
      browser: timeout,
      at: 'path',
      meet: afterBody(say(cutShort)),
    },
    {
      name: 'reset-in-head',
      does: 'resets in the middle of the headers.',
      node: [...reset, ...emptyResponse],
      browser: hidden,
      at: 'path',
      meet: afterBody(sayAndReset('HTTP/1.1 200 OK\r\nContent-Le')),
    },
    {
      name: 'close-in-head',
      does: 'closes in the middle of the headers.',
      node: emptyResponse,
      browser: hidden,
      at: 'path',
      meet: afterBody(sayLast('HTTP/1.1 200 OK\r\nContent-Le')),
    },
    {
      name: 'reset-in-answer',
      does: 'resets in the middle of the answer.',
      node: [...netError('-354:net::ERR_CONTENT_LENGTH_MISMATCH'), ...reset],
      browser: hidden,
      at: 'path',
      meet: afterBody(sayAndReset(cutShort)),
    },
    {
      name: 'cut-length',
      does: 'closes before as much has come as it says.',
      node: netError('-354:net::ERR_CONTENT_LENGTH_MISMATCH'),
      browser: hidden,
      at: 'path',
      meet: afterBody(sayLast(cutShort)),
    },
    {
      name: 'more-than-length',
      does: 'sends more than it says.',
      // What is too much may come when the next upload has the connection, which then begins with it.
      node: [...answered(200, 'ok'), ...netError('-370:net::ERR_INVALID_HTTP_RESPONSE')],
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say(ok, ', and more')),
    },
    {
      name: 'two-lengths',
      does: 'says two different lengths.',
      node: netError('-370:net::ERR_INVALID_HTTP_RESPONSE'),
      browser: hidden,
      at: 'path',
      meet: afterBody(
        say(
          formatResponse('200 OK', {
            header: ['Content-Length: 2', 'Content-Length: 4'],
            body: 'okok',
          }),
        ),
      ),
    },
    {
      name: 'length-no-number',
      does: 'says a length that is no number, and closes.',
      node: netError('-370:net::ERR_INVALID_HTTP_RESPONSE'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(
        sayLast(formatResponse('200 OK', { header: ['Content-Length: two'], body: 'ok' })),
      ),
    },
    {
      name: 'length-and-chunks',
      does: 'has a length and chunks at once.',
      node: netError('-370:net::ERR_INVALID_HTTP_RESPONSE'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(
        say(
          formatResponse('200 OK', {
            header: ['Content-Length: 9', 'Transfer-Encoding: chunked'],
            body: '2\r\nok\r\n0\r\n\r\n',
          }),
        ),
      ),
    },
    {
      name: 'until-close',
      does: 'says no length, and closes at the end.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(sayLast(formatResponse('200 OK', { body: 'ok' }))),
    },
    {
      name: 'reset-at-end',
      does: 'says no length, and resets at the end.',
      node: [...reset, ...answered(200, 'ok')],
      browser: hidden,
      at: 'path',
      meet: afterBody(sayAndReset(formatResponse('200 OK', { body: 'ok' }))),
    },
    {
      name: 'cut-chunks',
      does: 'closes before the last chunk.',
      node: netError('-355:net::ERR_INCOMPLETE_CHUNKED_ENCODING'),
      browser: hidden,
      at: 'path',
      meet: afterBody(sayLast(chunked('5\r\nshort\r\n'))),
    },
    {
      name: 'chunk-size-no-number',
      does: 'says a size of a chunk that is no number.',
      node: badChunks,
      browser: hidden,
      at: 'path',
      meet: afterBody(say(chunked('2\r\nok\r\nnothing\r\n'))),
    },
    {
      name: 'chunk-size-huge',
      does: 'says a size of a chunk beyond 64 bits.',
      node: badChunks,
      browser: hidden,
      at: 'path',
      meet: afterBody(say(chunked('fffffffffffffffff\r\nok'))),
    },
    {
      name: 'chunk-too-long',
      does: 'sends more in a chunk than it says.',
      node: badChunks,
      browser: hidden,
      at: 'path',
      meet: afterBody(say(chunked('2\r\nok, and more\r\n0\r\n\r\n'))),
    },
    {
      name: 'trailers',
      does: 'sends headers after the last chunk.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say(chunked('2\r\nok\r\n0\r\nX-After: all\r\n\r\n'))),
    },
    {
      name: 'gigabyte',
      does: 'answers with 1 GiB.',
      node: tooLarge,
      browser: tooLarge,
      at: 'path',
      meet: afterBody(
        flood({ head: ['Content-Type: text/plain', `Content-Length: ${gibibyte}`], gibibytes: 1 }),
      ),
    },
    {
      name: 'endless-answer',
      does: 'answers without end.',
      node: tooLarge,
      browser: tooLarge,
      at: 'path',
      meet: afterBody(flood({ head: ['Content-Type: text/plain'], gibibytes: Infinity })),
    },
  ],
}

function answerSlowly({ socket }: Exchange): void {
  const text = 'slow answer'
  socket.write(formatResponse('200 OK', { header: [`Content-Length: ${text.length}`] }))
  let next = 0
  const timer = setInterval(() => {
    socket.write(text.charAt(next++))
    if (next === text.length) clearInterval(timer)
  }, slowByteMs)
  socket.once('close', () => clearInterval(timer))
}

/** Writes a long body as fast as the client takes it. */
function flood({ head, gibibytes }: { head: readonly string[]; gibibytes: number }): Meet {
  return ({ socket }) => {
    const mebibyte = Buffer.alloc(1024 ** 2, 'x')
    let left = gibibytes * 1024
    function writeMore(): void {
      while (left > 0 && socket.writable) {
        left -= 1
        if (!socket.write(mebibyte)) return
      }
      socket.off('drain', writeMore)
    }
    socket.write(formatResponse('200 OK', { header: head }))
    socket.on('drain', writeMore)
    writeMore()
  }
}
