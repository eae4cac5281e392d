import { createHttpAgent, type TlsOptions } from './agents.ts'
import type { Connections, ConnectionsSetup } from './connections.ts'
import { createExpectations } from './expect-continue.ts'
import { openHttp1Exchange } from './http1-exchange.ts'

/** Makes the connections of one `wx`. How many uploads run at once is the queue's business, not theirs. */
export function createConnections(tls: TlsOptions): Connections {
  const agent = createHttpAgent()
  const expectations = createExpectations()
  const setup: ConnectionsSetup = { tls, agents: new Set([agent]), expectations }
  const http1Setup = { agent, ...setup }
  let secure: Promise<Connections> | undefined

  return {
    open(head, options) {
      if (head.url.protocol === 'http:') return openHttp1Exchange(head, http1Setup)
      secure ??= loadSecureConnections(setup)
      return secure.then((connections) => connections.open(head, options))
    },
  }
}

/** With the first upload that needs it, for Node.js takes as long to load TLS as to load this package. */
async function loadSecureConnections(setup: ConnectionsSetup): Promise<Connections> {
  const { createHttpsConnections } = await import('./https-connections.ts')
  return createHttpsConnections(setup)
}
