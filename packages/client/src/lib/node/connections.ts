import type http from 'node:http'
import type { StopSignal } from '../stop.ts'
import type { TlsOptions } from './agents.ts'
import type { Exchange, RequestHead } from './exchange.ts'
import type { Expectations } from './expect-continue.ts'

/** The connections of one `wx`, or some of them. */
export interface Connections {
  /**
   * Sends the head of a request, over a connection that is free or a new one.
   *
   * Throws or rejects with what has kept it from connecting, or, when `stop` aborts meanwhile, with whatever.
   */
  open(
    head: RequestHead,
    options: { readonly mayUseHttp2: boolean; readonly stop: StopSignal },
  ): Exchange | Promise<Exchange>
}

/** What all connections of one `wx` have in common. */
export interface ConnectionsSetup {
  readonly tls: TlsOptions
  /** The pools that there are so far. */
  readonly agents: Set<http.Agent>
  readonly expectations: Expectations
}
