import { afterBody, formatResponse, formatWhole, say, sayLast } from './exchange.ts'
import { answered, type FaultGroup, hidden, netError } from './fault.ts'

const tooBig = netError('-325:net::ERR_RESPONSE_HEADERS_TOO_BIG')
const noHttp = netError('-370:net::ERR_INVALID_HTTP_RESPONSE')
const withHeader = (...header: readonly string[]): Buffer => formatWhole('200 OK', 'ok', header)
const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_none, index) => `X-Number-${index}: ${index}`)

export const headerFaults: FaultGroup = {
  title: 'The headers of the answer',
  faults: [
    {
      name: 'giant-header',
      does: 'sends a header of 1 MiB.',
      node: tooBig,
      browser: hidden,
      at: 'path',
      meet: afterBody(say(withHeader(`X-Giant: ${'x'.repeat(1024 ** 2)}`))),
    },
    {
      name: 'many-headers',
      does: 'sends two thousand headers.',
      node: tooBig,
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say(withHeader(...numbered(2000)))),
    },
    {
      name: 'repeated-headers',
      does: 'sends the same headers several times.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(
        say(withHeader('X-Twice: one', 'Set-Cookie: a=1', 'x-twice: two', 'Set-Cookie: b=2')),
      ),
    },
    {
      name: 'folded-header',
      does: 'sends a header over two lines.',
      // [RFC 9112 §5.2] lets a client read it; Node.js does not.
      node: noHttp,
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say(withHeader('X-Folded: one\r\n two'))),
    },
    {
      name: 'header-without-colon',
      does: 'sends a line of headers without a colon.',
      node: noHttp,
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say(withHeader('no colon'))),
    },
    {
      name: 'header-with-nul',
      does: 'sends a header with a NUL in it.',
      node: noHttp,
      browser: hidden,
      at: 'path',
      meet: afterBody(say(withHeader('X-Nul: a\0b'))),
    },
    {
      name: 'header-not-ascii',
      does: 'sends a header in UTF-8.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say(withHeader(`X-Name: ${Buffer.from('好').toString('latin1')}`))),
    },
    {
      name: 'no-reason',
      does: 'sends a status without its text.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(say(formatWhole('200 ', 'ok'))),
    },
    {
      name: 'status-999',
      does: 'answers with a status that does not exist.',
      node: answered(999, 'ok'),
      browser: answered(999, 'ok'),
      at: 'path',
      meet: afterBody(say(formatWhole('999 Other', 'ok'))),
    },
    {
      name: 'http-1.0',
      does: 'answers by HTTP/1.0, and closes.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterBody(
        sayLast(
          formatResponse('200 OK', { body: 'ok' })
            .toString('latin1')
            .replace('HTTP/1.1', 'HTTP/1.0'),
        ),
      ),
    },
    {
      name: 'http-0.9',
      does: 'answers without any headers, and closes.',
      node: noHttp,
      browser: hidden,
      at: 'path',
      meet: afterBody(sayLast('ok\r\n')),
    },
  ],
}
