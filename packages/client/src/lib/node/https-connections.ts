import type { Agent } from 'node:https'
import { UploadError } from '../errors.ts'
import type { Connections, ConnectionsSetup } from './connections.ts'
import { openHttp1Exchange } from './http1-exchange.ts'
import { createHttpsAgent } from './https-agent.ts'

/** Makes the connections of one `wx` that TLS protects. */
export function createHttpsConnections(setup: ConnectionsSetup): Connections {
  const agent = createHttpsAgent(setup.tls)
  setup.agents.add(agent)
  const http1Setup = { agent, ...setup }
  let http2: Promise<Connections> | undefined

  return {
    async open(head, options) {
      // Aborted while this was loaded: then it connects to nobody. [U-26]
      if (options.stop.aborted) throw new UploadError('abort')
      if (!options.mayUseHttp2) return openHttp1Exchange(head, http1Setup)
      http2 ??= loadHttp2Connections(setup, agent)
      return (await http2).open(head, options)
    },
  }
}

/** With the first upload that may use it. */
async function loadHttp2Connections(setup: ConnectionsSetup, agent: Agent): Promise<Connections> {
  const { createHttp2Connections } = await import('./http2-connections.ts')
  return createHttp2Connections(setup, agent)
}
