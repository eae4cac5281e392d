import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'

// The receiver's own limits say how many uploads there are at once, and a slow reader keeps its connection.
const options = { keepAlive: true, maxSockets: Infinity }

/** The connections to a store: they are kept, and none that breaks ends the process. */
export function createStoreAgents(): { httpAgent: http.Agent; httpsAgent: https.Agent } {
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) }
}

class HttpAgent extends http.Agent {
  override createConnection(
    ...connection: Parameters<http.Agent['createConnection']>
  ): Duplex | null | undefined {
    return hearErrors(super.createConnection(...connection))
  }
}

class HttpsAgent extends https.Agent {
  override createConnection(
    ...connection: Parameters<https.Agent['createConnection']>
  ): Duplex | null | undefined {
    return hearErrors(super.createConnection(...connection))
  }
}

/**
 * A store may answer before it has read what it refuses, and close. Writing the rest then fails when the request has its answer, and
 * Node.js listens to the connection for it no more: what nobody hears would be an uncaught error.
 */
function hearErrors<T extends Duplex | null | undefined>(connection: T): T {
  connection?.on('error', ignore)
  return connection
}

function ignore(): void {}
