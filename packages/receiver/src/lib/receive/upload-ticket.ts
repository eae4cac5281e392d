import type { IncomingMessage } from 'node:http'
import type { ClaimName, Storage } from '../storage/storage.ts'
import { TicketGate, ticketHeader } from '../ticket/ticket-gate.ts'
import type { Limits } from './limits.ts'
import { refuseUsedTicket } from './ticket-claim.ts'

/** What an upload that needs a ticket is received with. */
export interface UploadTicketOptions {
  /** By name. */
  readonly secrets: ReadonlyMap<string, Buffer>
  readonly storage: Storage
  readonly limits: Limits
  /** Of the Idempotency-Key. */
  readonly key: ClaimName | undefined
  /** Of the whole body, where its client announced it. */
  readonly declaredSize: number | undefined
}

// Delimiters, and what may come before the first and after the last.
const delimiterSizeBytes = 80
const marginsSizeBytes = 128 * 1024

/** The ticket of one upload, whether it comes in the header or in a field. */
export class UploadTicket {
  /** Is told of everything that comes. */
  readonly gate: TicketGate
  #claim: ClaimName | undefined
  #unused: Promise<void> = Promise.resolve()
  #onUsed: (error: unknown) => void = () => undefined

  constructor({ secrets, storage, limits, key, declaredSize = 0 }: UploadTicketOptions) {
    const { fieldsSizeBytes, parts, headerSizeBytes, files } = limits
    this.gate = new TicketGate({
      secrets,
      maxFiles: files,
      leastFilesSize:
        declaredSize -
        (fieldsSizeBytes + parts * (headerSizeBytes + delimiterSizeBytes) + marginsSizeBytes),
      onSingleUse: (id) => {
        const ticket: ClaimName = `ticket/${id}`
        this.#claim = ticket
        this.#unused = refuseUsedTicket(storage, { ticket, key })
        this.#unused.catch((error: unknown) => this.#onUsed(error))
      },
    })
  }

  /** What the upload has to claim; undefined for a ticket that may be used again. */
  get claim(): ClaimName | undefined {
    return this.#claim
  }

  /** Rejects with a ReceiverError where the ticket that has come is found to have been used. */
  get unused(): Promise<void> {
    return this.#unused
  }

  /** Reads the header before anything of the body is read. Rejects with a ReceiverError. */
  async readHeader({ headers }: IncomingMessage): Promise<void> {
    const sent = headers[ticketHeader]
    if (sent === undefined) return
    this.gate.show(String(sent))
    await this.#unused
  }

  /** Calls the listener as soon as a ticket that comes in a field is found to have been used. */
  whenUsed(listener: (error: unknown) => void): void {
    this.#onUsed = listener
  }
}
