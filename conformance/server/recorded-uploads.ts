import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Seen, SeenPart, SeenRequest } from '../suite/server-protocol.ts'
import { parseForm } from './parse-form.ts'

/** A request that is being recorded. */
export interface RecordedRequest {
  /** Resolves when all of it has come. */
  readonly whole: Promise<void>
}

/** What came to an address of the server, and whether it is still held. */
export class RecordedUploads {
  readonly #requests: Request[] = []
  #mostAtOnce = 0
  #release!: () => void
  /** Resolves when what is held may go. */
  readonly released: Promise<void> = new Promise((resolve) => (this.#release = resolve))

  record(req: IncomingMessage, res: ServerResponse): RecordedRequest {
    const request = new Request(req, res)
    this.#requests.push(request)
    return { whole: this.#count(request) }
  }

  async #count(request: Request): Promise<void> {
    await request.whole
    const atOnce = this.#requests.filter((each) => each.isHeld).length
    this.#mostAtOnce = Math.max(this.#mostAtOnce, atOnce)
  }

  release(): void {
    this.#release()
  }

  describe(): Seen {
    return {
      requests: this.#requests.map((request) => request.describe()),
      mostAtOnce: this.#mostAtOnce,
    }
  }
}

/** One request as it comes. */
class Request {
  readonly whole: Promise<void>
  readonly #req: IncomingMessage
  readonly #chunks: Buffer[] = []
  #bodyBytes = 0
  #isWhole = false
  #isOver = false
  #isAbandoned = false
  #parts: readonly SeenPart[] | undefined

  constructor(req: IncomingMessage, res: ServerResponse) {
    this.#req = req
    this.whole = new Promise((resolve) => {
      req.on('data', (chunk: Buffer) => {
        this.#chunks.push(chunk)
        this.#bodyBytes += chunk.length
      })
      req.once('end', () => {
        this.#isWhole = true
        this.#parts = parseForm(req.headers['content-type'] ?? '', Buffer.concat(this.#chunks))
        this.#chunks.length = 0
        resolve()
      })
    })
    res.once('close', () => {
      this.#isAbandoned = !res.writableFinished
      this.#isOver = true
    })
  }

  /** Whether it waits for its answer. */
  get isHeld(): boolean {
    return this.#isWhole && !this.#isOver
  }

  describe(): SeenRequest {
    const { method = '', rawHeaders } = this.#req
    return {
      method,
      header: pairsOf(rawHeaders),
      bodyBytes: this.#bodyBytes,
      isWhole: this.#isWhole,
      isAbandoned: this.#isAbandoned,
      ...(this.#parts === undefined ? {} : { parts: this.#parts }),
    }
  }
}

function pairsOf(rawHeaders: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    pairs.push([(rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? ''])
  }
  return pairs
}
