import type { Exchange } from './exchange.ts'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** What an upload comes to: an answer, whatever its status, or a failure. */
export type Outcome = Answered | Failed

interface Answered {
  readonly statusCode: number
  /** Where it matters. */
  readonly data?: string
}

interface Failed {
  readonly errMsg: string
}

/** A way in which a network or a server goes wrong. */
interface FaultDescription {
  /** Its name, in lower case, which is the path of its address. */
  readonly name: string
  /** What it does, in a sentence whose subject is the server. */
  readonly does: string
  /** What `wx.uploadFile` makes of it in Node.js: one of these, where chance decides. */
  readonly node: readonly Outcome[]
  /** The same in a browser. */
  readonly browser: readonly Outcome[]
}

/** How a fault is made, by where it happens. */
export type FaultMaker =
  /** At a path of the server by plain HTTP, or of the one with HTTPS. */
  | { readonly at: 'path'; readonly isSecure?: true; readonly meet: Meet }
  /** At a stream of HTTP/2; who speaks HTTP/1.1 there is answered as if nothing were wrong. */
  | { readonly at: 'stream'; readonly meetStream: MeetStream }
  /** At a port of its own, where HTTP/2 has been chosen; who speaks HTTP/1.1 there is answered as if nothing were wrong. */
  | { readonly at: 'session'; readonly meetSession: (socket: TLSSocket) => void }
  /** At a port of its own, before anything is read. */
  | { readonly at: 'port'; readonly scheme: 'http' | 'https'; readonly meetSocket: MeetSocket }
  /** At a port of its own where nobody listens. */
  | { readonly at: 'closed-port' }
  /** At a port of its own, in the handshake of TLS. */
  | { readonly at: 'handshake'; readonly shows: ShownCertificate }
  /** At no server at all. */
  | { readonly at: 'nowhere'; readonly url: string }

/** Meets a request whose headers have come. What it rejects with is a client that has left. */
export type Meet = (exchange: Exchange) => void | Promise<void>

/** Meets a stream, whose session speaks on this connection. */
export type MeetStream = (stream: ServerHttp2Stream, socket: TLSSocket) => void

export type MeetSocket = (socket: Socket) => void

/** What a server shows in its handshake. */
export type ShownCertificate = 'expired' | 'self-signed' | 'wrong-name' | 'old-protocol'

export type Fault = FaultDescription & FaultMaker

/** The faults that concern one part of an upload. */
export interface FaultGroup {
  readonly title: string
  readonly faults: readonly Fault[]
}

/** The server answers with a status, and with this body where it matters. */
export function answered(statusCode: number, data?: string): readonly Outcome[] {
  return [data === undefined ? { statusCode } : { statusCode, data }]
}

/** The upload fails with this text. */
export function failed(text: string): readonly Outcome[] {
  return [{ errMsg: `uploadFile:fail ${text}` }]
}

/** The upload fails with a net error, as phones write it. [U-22] */
export function netError(error: string): readonly Outcome[] {
  return failed(`upload fail:${error}`)
}

/** Nothing comes in time. [U-13] */
export const timeout: readonly Outcome[] = failed('timeout')

/** A browser does not tell why the network failed. [U-22] */
export const hidden: readonly Outcome[] = netError('-2:net::ERR_FAILED')

export const reset: readonly Outcome[] = netError('-101:net::ERR_CONNECTION_RESET')

/** The answer is over what `maxResponseBytes` is by default. [U-21] */
export const tooLarge: readonly Outcome[] = failed('response exceeds 33554432 bytes')
