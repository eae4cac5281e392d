import https from 'node:https'
import type { Duplex } from 'node:stream'
import { prepareToKeep, type TlsOptions, toConnectionOptions } from './agents.ts'

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
}
