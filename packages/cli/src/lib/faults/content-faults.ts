import { gzipSync } from 'node:zlib'
import { afterBody, formatResponse, formatWhole, say, sayLast } from './exchange.ts'
import { answered, type FaultGroup, hidden, netError, tooLarge } from './fault.ts'
import { gzipBomb } from './gzip-bomb.ts'

const undecodable = netError('-330:net::ERR_CONTENT_DECODING_FAILED')
const bom = '\uFEFF'

export const contentFaults: FaultGroup = {
  title: 'What is in the answer',
  faults: [
    {
      name: 'empty',
      does: 'answers 200 with nothing.',
      node: answered(200, ''),
      browser: answered(200, ''),
      at: 'path',
      meet: afterBody(say(formatWhole('200 OK', ''))),
    },
    {
      name: 'empty-chunks',
      does: 'answers 200 with a last chunk alone.',
      node: answered(200, ''),
      browser: answered(200, ''),
      at: 'path',
      meet: afterBody(
        say(
          formatResponse('200 OK', {
            header: ['Transfer-Encoding: chunked'],
            body: '0\r\n\r\n',
          }),
        ),
      ),
    },
    {
      name: 'no-content',
      does: 'answers 204.',
      node: answered(204, ''),
      browser: answered(204, ''),
      at: 'path',
      meet: afterBody(say(formatResponse('204 No Content'))),
    },
    {
      name: 'no-content-but-some',
      does: 'answers 204 with a body, which it cannot have.',
      node: answered(204, ''),
      browser: answered(204, ''),
      at: 'path',
      meet: afterBody(say(formatWhole('204 No Content', 'ok'))),
    },
    {
      name: 'not-modified',
      does: 'answers 304, which nobody has asked for.',
      node: answered(304, ''),
      browser: answered(304, ''),
      at: 'path',
      meet: afterBody(say(formatResponse('304 Not Modified', { header: ['ETag: "a"'] }))),
    },
    {
      name: 'invalid-utf-8',
      does: 'answers with bytes that are no UTF-8.',
      node: answered(200, 'a\uFFFDz'),
      browser: answered(200, 'a\uFFFDz'),
      at: 'path',
      meet: afterBody(say(formatWhole('200 OK', Buffer.from([0x61, 0xff, 0x7a])))),
    },
    {
      name: 'byte-order-mark',
      does: 'answers with two byte order marks and text.',
      node: answered(200, `${bom}ok`),
      browser: answered(200, `${bom}ok`),
      at: 'path',
      meet: afterBody(say(formatWhole('200 OK', `${bom}${bom}ok`))),
    },
    {
      name: 'other-charset',
      does: 'says it is UTF-16 and sends UTF-8.',
      node: answered(200, '好'),
      browser: answered(200, '好'),
      at: 'path',
      meet: afterBody(
        say(
          formatResponse('200 OK', {
            header: ['Content-Type: text/plain; charset=utf-16le', 'Content-Length: 3'],
            body: '好',
          }),
        ),
      ),
    },
    {
      name: 'gzip-empty',
      does: 'says gzip and sends nothing.',
      node: answered(200, ''),
      browser: answered(200, ''),
      at: 'path',
      meet: afterBody(say(formatWhole('200 OK', '', ['Content-Encoding: gzip']))),
    },
    {
      name: 'gzip-broken',
      does: 'says gzip and sends none.',
      node: undecodable,
      browser: hidden,
      at: 'path',
      meet: afterBody(say(formatWhole('200 OK', 'no gzip at all', ['Content-Encoding: gzip']))),
    },
    {
      name: 'gzip-cut',
      does: 'sends the first half of a gzip.',
      node: undecodable,
      browser: [...hidden, ...answered(200)],
      at: 'path',
      meet: afterBody(say(formatWhole('200 OK', halfGzip(), ['Content-Encoding: gzip']))),
    },
    {
      name: 'gzip-bomb',
      does: 'sends 1 MiB that decompresses to 1 GiB.',
      node: tooLarge,
      browser: tooLarge,
      at: 'path',
      meet: afterBody(
        say(
          formatResponse('200 OK', {
            header: ['Content-Encoding: gzip', `Content-Length: ${gzipBomb.length}`],
          }),
          gzipBomb,
        ),
      ),
    },
    {
      name: 'unknown-encoding',
      does: 'says an encoding that does not exist.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(sayLast(formatWhole('200 OK', 'ok', ['Content-Encoding: none-such']))),
    },
  ],
}

function halfGzip(): Buffer {
  const whole = gzipSync('x'.repeat(1000))
  return whole.subarray(0, whole.length / 2)
}
