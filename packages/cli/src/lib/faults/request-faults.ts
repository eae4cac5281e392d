import {
  afterBody,
  afterBytes,
  afterSilentBody,
  continueHead,
  formatOk,
  formatWhole,
  say,
  sayContinue,
  sayLast,
  type Exchange,
} from './exchange.ts'
import { answered, type FaultGroup, hidden, netError, reset, timeout } from './fault.ts'

/** More than a small photograph has: of that, all is read. */
const someBytes = 64 * 1024

const ok = formatWhole('200 OK', 'ok')
const refusal = formatWhole('417 Expectation Failed', 'no', ['Connection: close'])
const emptyResponse = netError('-324:net::ERR_EMPTY_RESPONSE')

export const requestFaults: FaultGroup = {
  title: 'While the form is sent',
  faults: [
    {
      name: 'none',
      does: 'answers 200, to compare with.',
      node: answered(200, 'POST with a body'),
      browser: answered(200, 'POST with a body'),
      at: 'path',
      meet: afterBody((exchange) => void exchange.socket.write(formatOk(exchange))),
    },
    {
      name: 'reset-at-head',
      does: 'resets when the headers have come.',
      node: reset,
      browser: hidden,
      at: 'path',
      meet: ({ socket }) => void socket.resetAndDestroy(),
    },
    {
      name: 'close-at-head',
      does: 'closes when the headers have come.',
      // A close with something unread is a reset.
      node: [...emptyResponse, ...reset],
      browser: hidden,
      at: 'path',
      meet: ({ socket }) => void socket.destroy(),
    },
    {
      name: 'reset-in-body',
      does: 'resets after 64 KiB of the body, or all of it.',
      node: reset,
      browser: hidden,
      at: 'path',
      meet: afterBytes(someBytes, ({ socket }) => void socket.resetAndDestroy()),
    },
    {
      name: 'close-in-body',
      does: 'closes after 64 KiB of the body, or all of it.',
      node: [...emptyResponse, ...reset],
      browser: hidden,
      at: 'path',
      meet: afterBytes(someBytes, ({ socket }) => void socket.destroy()),
    },
    {
      name: 'reset-after-body',
      does: 'resets when all has come.',
      node: reset,
      browser: hidden,
      at: 'path',
      meet: afterBody(({ socket }) => void socket.resetAndDestroy()),
    },
    {
      name: 'close-after-body',
      does: 'closes when all has come, without an answer.',
      node: emptyResponse,
      browser: hidden,
      at: 'path',
      meet: afterBody(({ socket }) => void socket.end()),
    },
    {
      name: 'silent',
      does: 'reads all and never answers.',
      node: timeout,
      browser: timeout,
      at: 'path',
      meet: afterBody(() => undefined),
    },
    {
      name: 'read-nothing',
      does: 'reads the headers and no more.',
      node: timeout,
      browser: timeout,
      at: 'path',
      meet: ({ socket }) => void socket.pause(),
    },
    {
      name: 'read-slowly',
      does: 'reads one byte of the body a second.',
      node: timeout,
      browser: timeout,
      at: 'path',
      meet: readSlowly,
    },
    {
      name: 'continue-never',
      does: 'does not say 100 Continue to who waits for it.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: afterSilentBody(say(ok)),
    },
    {
      name: 'continue-silent',
      does: 'says 100 Continue, reads all and never answers.',
      node: timeout,
      browser: timeout,
      at: 'path',
      meet: (exchange) => {
        exchange.req.resume()
        exchange.socket.write(continueHead)
      },
    },
    {
      name: 'continue-refused',
      does: 'answers 417 to who waits for 100 Continue.',
      node: answered(200, 'ok'),
      browser: answered(200, 'ok'),
      at: 'path',
      meet: (exchange) => (exchange.asksFirst ? sayLast(refusal) : afterBody(say(ok)))(exchange),
    },
  ],
}

function readSlowly(exchange: Exchange): void {
  sayContinue(exchange)
  const { req, socket } = exchange
  const timer = setInterval(() => req.read(1), 1000)
  socket.once('close', () => clearInterval(timer))
}
