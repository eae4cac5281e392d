import { randomBytes } from 'node:crypto'
import { isMediaRange } from '../types/media-range.ts'
import {
  formatTicket,
  isKeyName,
  maxTicketLength,
  oneKey,
  secretBytes,
  ticketField,
  type TicketTerms,
} from './ticket-format.ts'

/** What a ticket allows, and for how long. What is not given is as the receiver has it. */
export interface TicketOptions {
  /** Seconds from now in which the upload has to begin: above 0, at most 604,800, which is 7 days. */
  readonly expiresInSeconds: number
  /** Bytes of one file, 1 or more. Default: the receiver's limit, which holds in any case. */
  readonly maxFileSize?: number
  /** Files of the upload, 1 or more. Default: the receiver's limit, which holds in any case. */
  readonly maxFiles?: number
  /** Media types, and kinds such as `image/*`, that the files may be of, by name and by content. Default: any. */
  readonly types?: readonly string[]
  /** Fields that the upload must have, once, with exactly these values, such as the user's id. Default: none. */
  readonly fields?: Readonly<Record<string, string>>
  /** The name of the secret, where the receiver has several: 1 to 64 of `[A-Za-z0-9_-]`. Default `'default'`. */
  readonly key?: string
  /** Whether the ticket is good for one upload alone, at all servers together. Default false. */
  readonly singleUse?: boolean
}

const optionNames: ReadonlySet<string> = new Set<keyof TicketOptions>([
  'expiresInSeconds',
  'maxFileSize',
  'maxFiles',
  'types',
  'fields',
  'key',
  'singleUse',
])

const maxLifeSeconds = 7 * 24 * 60 * 60

/**
 * [R-08] Makes a ticket for one of an app's users: text for the header `X-Upload-Ticket` or the form field `ticket`. Everybody
 * who has it can read it, and nobody can change it. The secret, at least 32 bytes of UTF-8, is the receiver's too.
 *
 * Throws a TypeError for an argument of the wrong type, and a RangeError for one that is out of its range, or where the
 * ticket would be longer than a receiver reads (4096 characters).
 */
export function createTicket(secret: string, options: TicketOptions): string {
  const { expiresInSeconds, key = oneKey } = checkOptions(options)
  const ticket = formatTicket(secretBytes(secret, 'createTicket: the secret'), {
    key,
    payload: {
      id: randomBytes(16).toString('hex'),
      expires: Math.round(Date.now() + expiresInSeconds * 1000) / 1000,
      ...termsOf(options),
    },
  })
  if (ticket.length > maxTicketLength) {
    throw new RangeError(
      `createTicket: the ticket is ${ticket.length} characters long, and ${maxTicketLength} are allowed: give fewer types or fields`,
    )
  }
  return ticket
}

function termsOf({ maxFileSize, maxFiles, types, fields, singleUse }: TicketOptions): TicketTerms {
  return {
    ...(maxFileSize === undefined ? {} : { maxFileSize }),
    ...(maxFiles === undefined ? {} : { maxFiles }),
    ...(types === undefined ? {} : { types }),
    ...(fields === undefined ? {} : { fields }),
    ...(singleUse === true ? { singleUse } : {}),
  }
}

// Called from JavaScript as well, and a term that is mistyped would be no term.
function checkOptions(options: TicketOptions): TicketOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('createTicket: the options should be an object')
  }
  const unknown = Object.keys(options).find((name) => !optionNames.has(name))
  if (unknown !== undefined) throw new TypeError(`createTicket: ${unknown} is no option`)
  const { expiresInSeconds, maxFileSize, maxFiles, types, fields, key, singleUse } = options
  expectNumber('expiresInSeconds', expiresInSeconds)
  if (!(expiresInSeconds > 0 && expiresInSeconds <= maxLifeSeconds)) {
    throw new RangeError(
      `createTicket: expiresInSeconds should be above 0 and at most ${maxLifeSeconds} instead of ${expiresInSeconds}`,
    )
  }
  for (const [name, value] of Object.entries({ maxFileSize, maxFiles })) {
    if (value !== undefined) expectCount(name, value)
  }
  if (types !== undefined) expectTypes(types)
  if (fields !== undefined) expectFields(fields)
  if (key !== undefined && !isKeyName(key)) {
    throw new TypeError('createTicket: key should be 1 to 64 of A-Z, a-z, 0-9, _ and -')
  }
  if (singleUse !== undefined && typeof singleUse !== 'boolean') {
    throw new TypeError(
      `createTicket: singleUse should be a boolean instead of ${typeof singleUse}`,
    )
  }
  return options
}

function expectNumber(name: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`createTicket: ${name} should be a number instead of ${typeof value}`)
  }
}

function expectCount(name: string, value: unknown): void {
  expectNumber(name, value)
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(
      `createTicket: ${name} should be a whole number of 1 or more instead of ${value}`,
    )
  }
}

function expectTypes(types: unknown): void {
  if (!Array.isArray(types) || types.length === 0 || !types.every(isMediaRange)) {
    throw new TypeError(
      'createTicket: types should be a list of media types such as application/pdf or image/*',
    )
  }
}

function expectFields(fields: unknown): void {
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new TypeError('createTicket: fields should be an object of texts')
  }
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'string') {
      throw new TypeError(
        `createTicket: fields.${name} should be a string instead of ${typeof value}`,
      )
    }
    if (name === ticketField) {
      throw new RangeError(`createTicket: the field ${ticketField} is the ticket's own`)
    }
  }
}
