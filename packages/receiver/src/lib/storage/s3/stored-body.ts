import { Readable } from 'node:stream'
import { ReceiverError } from '../../problem/errors.ts'

const readAheadBytes = 256 * 1024

/**
 * Content from a store, as a stream that fails when the store sends nothing for a while. The time in which its reader wants
 * nothing does not count. Destroying it closes the connection.
 */
export class StoredBody extends Readable {
  readonly #source: Readable
  readonly #what: string
  readonly #stallMs: number
  #timer: NodeJS.Timeout | undefined

  /** `what` says in a failure's message what was read. */
  constructor(source: Readable, { what, stallMs }: { what: string; stallMs: number }) {
    super({ highWaterMark: readAheadBytes })
    this.#source = source
    this.#what = what
    this.#stallMs = stallMs
    source.on('data', (chunk: Buffer) => {
      if (this.push(chunk)) this.#timer?.refresh()
      else this.#rest()
    })
    source.on('end', () => {
      this.#rest()
      this.push(null)
    })
    source.on('error', (cause) => this.#fail('broke off', cause))
    // Does nothing after the end.
    source.on('close', () => {
      if (!source.readableEnded) this.#fail('broke off')
    })
    source.pause()
  }

  override _read(): void {
    this.#timer ??= setTimeout(() => {
      this.#fail(`stopped for ${this.#stallMs / 1000} s`)
    }, this.#stallMs)
    this.#source.resume()
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#rest()
    this.#source.destroy()
    callback(error)
  }

  #rest(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#source.pause()
  }

  #fail(found: string, cause?: unknown): void {
    this.destroy(new ReceiverError('storage-unavailable', `${this.#what} ${found}`, { cause }))
  }
}
