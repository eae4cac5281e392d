import type { ServerResponse } from 'node:http'

/** Bytes that may wait for a listener when another event comes; with more, it is let go. */
export const maxBehindBytes: number = 1024 * 1024

const heartbeat = Buffer.from(': still here\n\n')

/** An event as it goes over the wire [HTML §9.2.6]; JSON has no line breaks. */
export function formatEvent(name: string, data: unknown): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
}

/**
 * One listener. What waits for one that reads slowly is bounded: of states the last alone, and of events as much as
 * {@link maxBehindBytes} and one more.
 */
export class EventStream {
  readonly #response: ServerResponse
  readonly #onClose: () => void
  #isFull = false
  #wasFull = false
  #state: Buffer | undefined

  /** The head of the answer is out already. `onClose` is called when there is nobody to send to any more. */
  constructor(response: ServerResponse, onClose: () => void) {
    this.#response = response
    this.#onClose = onClose
    response.on('drain', () => this.#onDrain())
    response.on('close', onClose)
  }

  /** Sends an event that must not be missed. A listener that is too far behind is let go: it will come again, and look. */
  send(event: Buffer): void {
    if (this.#response.writableLength > maxBehindBytes) this.#letGo()
    else this.#write(event)
  }

  /** Sends an event that is worth nothing as soon as there is a newer one. */
  sendState(event: Buffer): void {
    if (this.#isFull) this.#state = event
    else this.#write(event)
  }

  /** Shows proxies that the connection is in use. A listener that has read nothing since the last time is let go. */
  beat(): void {
    if (!this.#isFull) this.#write(heartbeat)
    else if (this.#wasFull) this.#letGo()
    this.#wasFull = this.#isFull
  }

  /** There are no more events. */
  end(): void {
    if (this.#isFull) this.#letGo()
    else this.#response.end()
  }

  #write(event: Buffer): void {
    this.#isFull = !this.#response.write(event)
  }

  #onDrain(): void {
    this.#isFull = false
    this.#wasFull = false
    const state = this.#state
    this.#state = undefined
    if (state !== undefined) this.#write(state)
  }

  #letGo(): void {
    this.#onClose()
    this.#response.destroy()
  }
}
