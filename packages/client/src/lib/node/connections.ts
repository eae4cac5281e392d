import { createAgents, hasConnectionTo, type TlsOptions } from './agents.ts'
import type { Exchange, RequestHead } from './exchange.ts'
import { createExpectations } from './expect-continue.ts'
import { openHttp1Exchange } from './http1-exchange.ts'
import { openHttp2Exchange } from './http2-exchange.ts'
import { createHttp2Pool } from './http2-pool.ts'

/** The connections of one `wx`. */
export interface Connections {
  /**
   * Sends the head of a request, over a connection that is free or a new one.
   *
   * Rejects with what has kept it from connecting, or, when `signal` aborts meanwhile, with whatever.
   */
  open(
    head: RequestHead,
    options: { readonly mayUseHttp2: boolean; readonly signal: AbortSignal },
  ): Promise<Exchange>
}

/** Makes the connections of one `wx`. How many uploads run at once is the queue's business, not theirs. */
export function createConnections(tls: TlsOptions): Connections {
  const agents = createAgents(tls)
  const expectations = createExpectations()
  const pool = createHttp2Pool({ tls, isRefused: (url) => hasConnectionTo(agents.offered, url) })
  const http1Origins = new Set<string>()

  return {
    async open(head, { mayUseHttp2, signal }) {
      const { protocol, origin } = head.url
      if (!mayUseHttp2 || protocol !== 'https:' || http1Origins.has(origin)) {
        const agent = protocol === 'https:' ? agents.https : agents.http
        return openHttp1Exchange(head, { agents, agent, expectations })
      }
      return pool.use(head.url, {
        signal,
        withSession: (session) =>
          openHttp2Exchange(head, {
            session,
            dropIdle: () => pool.dropIdle(),
            forgo: (url) => void http1Origins.add(url.origin),
          }),
        withoutSession: (connection) =>
          openHttp1Exchange(head, { agents, agent: agents.offered, connection, expectations }),
      })
    },
  }
}
