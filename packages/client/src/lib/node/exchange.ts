import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import type { RequestProfile } from '../api.ts'
import type { ConnectionTimes } from './connection-times.ts'

/** What is asked of whom, before a connection is chosen. */
export interface RequestHead {
  readonly method: string
  readonly url: URL
  /** All that the request says, but for what its protocol adds. */
  readonly header: Readonly<Record<string, string>>
  /** In bytes; undefined where the request has no body. */
  readonly bodyLength: number | undefined
}

/** One request on its way over a connection, whatever that speaks; its head has been sent, or will be as it connects. */
export interface Exchange {
  /** Where the body goes. A write is done when the operating system has taken it. [U-23] */
  readonly target: Writable
  /** The final answer, as soon as its head has come. */
  readonly answer: Promise<Answer>
  /**
   * Resolves when the body may be sent; with false where the answer, or the end of the request, comes first. Undefined: it
   * may be sent at once.
   */
  readonly awaitLeave?: (() => Promise<boolean>) | undefined
  /** Whether the operating system has taken the whole request, though the last write may not have been told yet. */
  isAllSent(): boolean
  /**
   * Why the request may be sent again after this answer, or after the error that came instead; undefined: it may not. What
   * would have the next try end in the same way is put right.
   */
  mayRepeat(end: { readonly answer: Answer } | { readonly error: unknown }): Repetition | undefined
  /** What is known of its times and its connection, when so much of the body has been sent. */
  marks(sentBytes: number): ExchangeMarks
  /** Ends it at once, and closes the connection where nobody else uses it. [U-26] */
  readonly abort: () => void
  /** Ends what is left of it, and keeps its connection for the next request if that is fit for one. [U-19] */
  release(): void
}

/** The head of a final answer, and its body as it comes. */
export interface Answer {
  readonly statusCode: number
  /** As they came, in their order. */
  readonly fields: readonly HeaderField[]
  readonly body: Readable
}

export type HeaderField = readonly [name: string, value: string]

/** A reason to send a request again, which counts once. */
export type Repetition =
  /** Its connection had most likely gone before it, or the server says that it has not looked at it. [U-19] */
  | 'unheard'
  /** The server does not want to be asked first. [U-18] */
  | 'unasked'
  /** The server wants it by HTTP/1.1. */
  | 'http1.1'

/** Times in milliseconds since the epoch; 0 where something has not happened. [U-30] */
export interface ExchangeMarks extends Pick<
  RequestProfile,
  | 'requestStart'
  | 'requestEnd'
  | 'responseStart'
  | 'socketReused'
  | 'sendBytesCount'
  | 'receivedBytedCount'
  | 'protocol'
> {
  readonly socket: Socket | undefined
  /** Of the connection, where it was made for this request. */
  readonly connection: ConnectionTimes | undefined
}

/** The values of a field, joined as a list; undefined where there is none. */
export function fieldOf({ fields }: Answer, name: string): string | undefined {
  const values = fields.filter(([given]) => given.toLowerCase() === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** Pairs of what Node.js gives as a flat list. */
export function toFields(rawHeaders: readonly string[]): HeaderField[] {
  const fields: HeaderField[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    fields.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? ''])
  }
  return fields
}
