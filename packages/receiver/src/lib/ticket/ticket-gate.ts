import { ReceiverError } from '../problem/errors.ts'
import type { TypeRule } from '../types/file-type-check.ts'
import { readTicket, ticketField, type TicketPayload } from './ticket-format.ts'

/** The header that may carry a ticket, in lower case. */
export const ticketHeader = 'x-upload-ticket'

/** What a gate needs to know. */
export interface TicketGateOptions {
  /** By name. */
  readonly secrets: ReadonlyMap<string, Buffer>
  /** The most files that the receiver takes. */
  readonly maxFiles: number
  /** Bytes that all files together must have at least, as the size of the body was announced; less than 0 for any. */
  readonly leastFilesSize: number
  /** Called when the ticket is one that may be used once, with its id. */
  readonly onSingleUse: (id: string) => void
}

// [RFC 9110 §15.5.2] A 401 names a way to do better.
const challenge = { 'WWW-Authenticate': 'Upload-Ticket realm="wx-upload"' }

/**
 * Holds one upload to its ticket: without one, no file gets past. It is told of everything in the order in which it comes, and
 * throws a ReceiverError at the first thing that the ticket does not allow.
 */
export class TicketGate {
  readonly #options: TicketGateOptions
  readonly #fields = new Map<string, string[]>()
  #ticket: { readonly text: string; readonly payload: TicketPayload } | undefined
  #boundFields = new Map<string, string>()
  #files = 0

  constructor(options: TicketGateOptions) {
    this.#options = options
  }

  /** A ticket is shown. */
  show(text: string): void {
    if (this.#ticket !== undefined) {
      if (this.#ticket.text === text) return
      throw refuse('ticket-invalid', 'Reading the ticket: there is another one already')
    }
    const payload = this.#read(text)
    this.#ticket = { text, payload }
    this.#boundFields = new Map(Object.entries(payload.fields ?? {}))
    for (const name of this.#boundFields.keys()) this.#checkField(name)
    this.#checkAnnouncedSize(payload)
    if (payload.singleUse === true) this.#options.onSingleUse(payload.id)
  }

  /** A field has come. Returns whether it is one of the upload's own, and not the ticket. */
  takeField(name: string, value: string): boolean {
    if (name === ticketField) {
      this.show(value)
      return false
    }
    this.#fields.set(name, [...(this.#fields.get(name) ?? []), value])
    this.#checkField(name)
    return true
  }

  /** A file begins. */
  takeFile(): void {
    this.#files += 1
    const { maxFiles = Infinity } = this.#expectTicket('a file came before').payload
    if (this.#files > maxFiles) throw mismatch('there are more files than it allows')
  }

  /** More of the file has come. */
  takeFileBytes(sizeSoFar: number): void {
    const { maxFileSize = Infinity } = this.#ticket?.payload ?? {}
    if (sizeSoFar > maxFileSize) throw mismatch('a file is larger than it allows')
  }

  /** What the files may be. */
  get typeRules(): readonly TypeRule[] {
    const { types } = this.#ticket?.payload ?? {}
    if (types === undefined) return []
    return [
      {
        ranges: types,
        refuse: (found) => mismatch(`a file is not of the types that it allows, ${found}`),
      },
    ]
  }

  /** There is no more. */
  finish(): void {
    this.#expectTicket('it came without')
    for (const name of this.#boundFields.keys()) {
      if (!this.#fields.has(name)) {
        throw mismatch(`the field ${JSON.stringify(name)} is missing`)
      }
    }
  }

  #read(text: string): TicketPayload {
    const { secrets } = this.#options
    const reading = readTicket(text, { secrets, nowMs: Date.now() })
    switch (reading.kind) {
      case 'valid':
        return reading.payload
      case 'expired':
        throw refuse('ticket-expired', `Reading the ticket: it expired at ${reading.expiredAt}`)
      case 'invalid':
        throw refuse('ticket-invalid', 'Reading the ticket: it is none of this server')
      default:
        return reading satisfies never
    }
  }

  #expectTicket(found: string): { readonly payload: TicketPayload } {
    if (this.#ticket !== undefined) return this.#ticket
    throw refuse(
      'ticket-missing',
      `Receiving the upload: ${found} a ticket, which goes into the header X-Upload-Ticket or into the field "${ticketField}" before the first file`,
    )
  }

  #checkAnnouncedSize({ maxFileSize = Infinity, maxFiles = Infinity }: TicketPayload): void {
    const { leastFilesSize } = this.#options
    if (leastFilesSize > maxFileSize * Math.min(maxFiles, this.#options.maxFiles)) {
      throw mismatch('the body is larger than it allows')
    }
  }

  #checkField(name: string): void {
    const bound = this.#boundFields.get(name)
    const [value, another] = this.#fields.get(name) ?? []
    if (bound === undefined || value === undefined) return
    if (value !== bound) throw mismatch(`the field ${JSON.stringify(name)} has another value`)
    if (another !== undefined) throw mismatch(`the field ${JSON.stringify(name)} came twice`)
  }
}

function refuse(
  code: 'ticket-missing' | 'ticket-invalid' | 'ticket-expired',
  message: string,
): ReceiverError {
  return new ReceiverError(code, message, { headers: challenge })
}

function mismatch(found: string): ReceiverError {
  return new ReceiverError(
    'ticket-mismatch',
    `Receiving the upload that the ticket is for: ${found}`,
  )
}
