import type { Agent } from 'node:https'
import { UploadError } from '../errors.ts'
import { hasConnectionTo } from './agents.ts'
import type { Connections, ConnectionsSetup } from './connections.ts'
import { openHttp1Exchange } from './http1-exchange.ts'
import { openHttp2Exchange } from './http2-exchange.ts'
import { createHttp2Pool } from './http2-pool.ts'
import { createHttpsAgent } from './https-agent.ts'

/** Makes the connections of one `wx` to servers that may choose HTTP/2; those that want HTTP/1.1 are met by `agent`. */
export function createHttp2Connections(setup: ConnectionsSetup, agent: Agent): Connections {
  // Of servers that were offered HTTP/2 and have chosen HTTP/1.1.
  const offered = createHttpsAgent(setup.tls)
  setup.agents.add(offered)
  const pool = createHttp2Pool({
    tls: setup.tls,
    isRefused: (url) => hasConnectionTo(offered, url),
  })
  const http1Origins = new Set<string>()

  return {
    async open(head, { stop }) {
      if (stop.aborted) throw new UploadError('abort')
      if (http1Origins.has(head.url.origin)) return openHttp1Exchange(head, { agent, ...setup })
      return pool.use(head.url, {
        stop,
        withSession: (session) =>
          openHttp2Exchange(head, {
            session,
            dropIdle: () => pool.dropIdle(),
            forgo: (url) => void http1Origins.add(url.origin),
          }),
        withoutSession: (connection) =>
          openHttp1Exchange(head, { agent: offered, connection, ...setup }),
      })
    },
  }
}
