import { setMaxListeners } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ReceiverError } from '../problem/errors.ts'
import { startTimer } from '../receive/start-timer.ts'

/** How a receiver stops. */
export interface CloseOptions {
  /**
   * Milliseconds in which what is under way may finish. Default 30 s; 0 ends it at once, and `Infinity` never. A second call
   * may shorten the time of the first, not lengthen it.
   */
  readonly graceMs?: number
}

const defaultGraceMs = 30_000
// Another server may be ready at once; this one may be back in seconds.
const retryAfterSeconds = 5

/** Where a receiver is on its way from taking uploads to having none. */
export class Stopping {
  readonly #ended = new AbortController()
  readonly #timers: (NodeJS.Timeout | undefined)[] = []
  #isDraining = false
  #isStopping = false

  constructor() {
    // One for all that is under way; Node takes more than ten for a leak.
    setMaxListeners(0, this.signal)
  }

  /** Aborted when the time of what is under way is over; the reason is what its clients hear. */
  get signal(): AbortSignal {
    return this.#ended.signal
  }

  /** Whether nobody should come any more. */
  get isDraining(): boolean {
    return this.#isDraining
  }

  /** Whether uploads are refused. */
  get isStopping(): boolean {
    return this.#isStopping
  }

  drain(): void {
    this.#isDraining = true
  }

  begin({ graceMs = defaultGraceMs }: CloseOptions): void {
    this.#isDraining = true
    this.#isStopping = true
    if (graceMs === 0) this.#end()
    else this.#timers.push(startTimer(graceMs, () => this.#end()))
  }

  /** Has the client's next request come by another connection, where it has begun to stop. */
  askToLeave({ request, response }: { request: IncomingMessage; response: ServerResponse }): void {
    // [RFC 9113 §8.2.2] HTTP/2 has no such header.
    if (this.#isDraining && request.httpVersionMajor === 1)
      response.setHeader('Connection', 'close')
  }

  /** Resolves when the system has the whole answer, or its time is over. Closing a connection earlier could lose it. */
  async untilSent(response: ServerResponse): Promise<void> {
    if (response.writableFinished || response.destroyed || this.signal.aborted) return
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.signal.removeEventListener('abort', settle)
        resolve()
      }
      response.once('finish', settle)
      response.once('close', settle)
      this.signal.addEventListener('abort', settle)
    })
  }

  /** Nothing is under way any more. */
  done(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #end(): void {
    this.#ended.abort(stoppingError('Receiving the upload'))
  }
}

/** What a client hears whose request comes too late; `attempted` says what it wanted. */
export function stoppingError(attempted: string): ReceiverError {
  return new ReceiverError('stopping', `${attempted}: the server is stopping`, {
    headers: { 'Retry-After': String(retryAfterSeconds) },
  })
}
