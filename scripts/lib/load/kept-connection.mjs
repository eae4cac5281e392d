// @ts-check
import { connect } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n')

/**
 * A connection on which one request is sent after the other. It reads no more of HTTP than a receiver on this machine answers with,
 * and so takes less of the processor than the receiver, which has to share it.
 */
export class KeptConnection {
  /** @type {import('node:net').Socket} */
  #socket
  /** @type {Buffer} */
  #received = Buffer.alloc(0)
  /** @type {((status: string) => void) | undefined} */
  #onAnswer

  /** @param {URL} url */
  constructor({ hostname, port }) {
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true })
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.on('error', (error) => this.#answer(error.message))
    this.#socket.on('close', () => this.#answer('the connection was closed'))
  }

  /** Resolves with whether it is open, when that is known. */
  get opened() {
    const socket = this.#socket
    return new Promise((resolve) => {
      if (!socket.connecting) resolve(!socket.destroyed)
      socket.once('connect', () => resolve(true))
      socket.once('close', () => resolve(false))
    })
  }

  get isOpen() {
    return !this.#socket.destroyed
  }

  /**
   * Sends bytes of a request.
   *
   * @param {Uint8Array} bytes
   */
  write(bytes) {
    this.#socket.write(bytes)
  }

  /**
   * Resolves with the status of the next answer, or with what went wrong.
   *
   * @returns {Promise<string>}
   */
  nextAnswer() {
    return new Promise((resolve) => {
      if (this.isOpen) this.#onAnswer = resolve
      else resolve('the connection was closed')
    })
  }

  close() {
    this.#socket.destroy()
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const headBytes = this.#received.indexOf(headEnd) + headEnd.length
    if (headBytes < headEnd.length) return
    const head = this.#received.toString('latin1', 0, headBytes)
    const bodyBytes = Number(/\r\nContent-Length: (\d+)\r\n/i.exec(head)?.[1] ?? 0)
    if (this.#received.length < headBytes + bodyBytes) return
    this.#received = this.#received.subarray(headBytes + bodyBytes)
    this.#answer(head.split(' ', 2)[1] ?? '')
  }

  /** @param {string} status */
  #answer(status) {
    const onAnswer = this.#onAnswer
    this.#onAnswer = undefined
    onAnswer?.(status)
  }
}
