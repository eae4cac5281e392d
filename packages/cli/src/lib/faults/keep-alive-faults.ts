import { afterBody, formatOk, type Exchange } from './exchange.ts'
import { answered, type FaultGroup } from './fault.ts'

const ok = answered(200, 'POST with a body')

/** [U-19] An upload that meets a connection which its server has closed is sent again. */
export const keepAliveFaults: FaultGroup = {
  title: 'Connections that are used again',
  faults: [
    {
      name: 'close-unsaid',
      does: 'answers and closes, without saying so.',
      node: ok,
      browser: ok,
      at: 'path',
      meet: afterBody((exchange) => void exchange.socket.end(formatOk(exchange))),
    },
    {
      name: 'close-when-reused',
      does: 'closes when a connection is used again.',
      node: ok,
      browser: ok,
      at: 'path',
      meet: (exchange) => meetFirst(exchange, () => exchange.socket.destroy()),
    },
    {
      name: 'reset-when-reused',
      does: 'resets when a connection is used again.',
      node: ok,
      browser: ok,
      at: 'path',
      meet: (exchange) => meetFirst(exchange, () => exchange.socket.resetAndDestroy()),
    },
  ],
}

function meetFirst(exchange: Exchange, end: () => void): void | Promise<void> {
  if (exchange.earlier > 0) {
    end()
    return
  }
  return afterBody(() => void exchange.socket.write(formatOk(exchange)))(exchange)
}
