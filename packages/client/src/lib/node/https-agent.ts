import type { ClientRequest } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import {
  allowData,
  closeOnData,
  prepareToKeep,
  type TlsOptions,
  toConnectionOptions,
} from './agents.ts'

/** Makes a pool of kept-alive connections that speak HTTP/1.1 and TLS protects. [U-19] */
export function createHttpsAgent(tls: TlsOptions): https.Agent {
  return new HearingHttpsAgent({ keepAlive: true, ...toConnectionOptions(tls) })
}

class HearingHttpsAgent extends https.Agent {
  override createConnection(
    ...connection: Parameters<https.Agent['createConnection']>
  ): Duplex | null | undefined {
    const [options, done] = connection
    // One that has been made to learn what its server speaks.
    const made = options.createConnection?.(options, done ?? (() => undefined))
    return prepareToKeep(made ?? super.createConnection(...connection))
  }

  override keepSocketAlive(connection: Duplex): void {
    closeOnData(connection)
    // [Node.js, http.Agent] Whether it may be kept, whatever its type says.
    return super.keepSocketAlive(connection)
  }

  override reuseSocket(connection: Duplex, req: ClientRequest): void {
    allowData(connection)
    super.reuseSocket(connection, req)
  }
}
