import { createHmac, timingSafeEqual } from 'node:crypto'
import { isMediaRange } from '../types/media-range.ts'

/** The form field that may carry a ticket. */
export const ticketField = 'ticket'

/** The name of a secret that is the only one. */
export const oneKey = 'default'

/** Characters of the longest ticket. */
export const maxTicketLength = 4096

const version = 'wxt1'
const minSecretBytes = 32

/**
 * The longest that a ticket may still have to live, a day more than it can be made for, as clocks differ. What is remembered of
 * a ticket that may be used once is remembered for as long.
 */
export const maxLifeLeftMs: number = 8 * 24 * 60 * 60 * 1000

/** What a ticket allows. */
export interface TicketTerms {
  readonly maxFileSize?: number
  readonly maxFiles?: number
  readonly types?: readonly string[]
  readonly fields?: Readonly<Record<string, string>>
  readonly singleUse?: true
}

/** What is signed. */
export interface TicketPayload extends TicketTerms {
  /** 1 to 64 of `a-z`, `0-9` and `-`; no two tickets have the same. */
  readonly id: string
  /** Seconds since 1970 in UTC, with fractions. */
  readonly expires: number
}

/** What a text is that was shown as a ticket. */
export type TicketReading =
  | { readonly kind: 'valid'; readonly payload: TicketPayload }
  | { readonly kind: 'expired'; readonly expiredAt: string }
  /** Not signed by one of the secrets, or no ticket at all: whoever asks is not told which. */
  | { readonly kind: 'invalid' }

/** Whether a text can be the name of a secret. */
export function isKeyName(name: unknown): name is string {
  return typeof name === 'string' && /^[\w-]{1,64}$/.test(name)
}

/** The secret's bytes. Throws a TypeError for what is no string, and a RangeError for what can be guessed. */
export function secretBytes(secret: unknown, what: string): Buffer {
  if (typeof secret !== 'string') {
    throw new TypeError(`${what} should be a string instead of ${typeof secret}`)
  }
  const bytes = Buffer.from(secret)
  if (bytes.length < minSecretBytes) {
    throw new RangeError(
      `${what} should have at least ${minSecretBytes} bytes instead of ${bytes.length}`,
    )
  }
  return bytes
}

/** Writes a ticket: version, name of the secret, payload and signature, all of `A-Z`, `a-z`, `0-9`, `_`, `-` and `.`. */
export function formatTicket(
  secret: Buffer,
  { key, payload }: { readonly key: string; readonly payload: TicketPayload },
): string {
  const signed = `${version}.${key}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`
  return `${signed}.${sign(secret, signed)}`
}

// One way to write each ticket: the signature is compared as it is written.
const ticketForm = /^wxt1\.([\w-]{1,64})\.([\w-]+)\.([\w-]{43})$/

/** Reads a text that was shown as a ticket, at this time, with the secrets by name. Never throws. */
export function readTicket(
  text: string,
  { secrets, nowMs }: { readonly secrets: ReadonlyMap<string, Buffer>; readonly nowMs: number },
): TicketReading {
  if (text.length > maxTicketLength) return { kind: 'invalid' }
  const [, key = '', encoded = '', signature = ''] = ticketForm.exec(text) ?? []
  const secret = secrets.get(key)
  if (secret === undefined) return { kind: 'invalid' }
  const expected = sign(secret, `${version}.${key}.${encoded}`)
  if (!timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) return { kind: 'invalid' }
  const payload = parsePayload(Buffer.from(encoded, 'base64url').toString())
  if (payload === undefined) return { kind: 'invalid' }
  const lifeLeftMs = payload.expires * 1000 - nowMs
  if (lifeLeftMs > maxLifeLeftMs) return { kind: 'invalid' }
  if (lifeLeftMs <= 0) {
    return { kind: 'expired', expiredAt: new Date(payload.expires * 1000).toISOString() }
  }
  return { kind: 'valid', payload }
}

function sign(secret: Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

/** Whoever has the secret wrote it, in any language: it may still be wrong, and what is not understood is not allowed. */
function parsePayload(json: string): TicketPayload | undefined {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return undefined
  }
  if (!isObject(value)) return undefined
  const isPayload = Object.entries(value).every(([name, member]) => memberIs(name, member))
  return isPayload && 'id' in value && 'expires' in value
    ? (value as unknown as TicketPayload)
    : undefined
}

function memberIs(name: string, member: unknown): boolean {
  return Object.hasOwn(memberTests, name) && memberTests[name as keyof TicketPayload](member)
}

const memberTests: Readonly<Record<keyof TicketPayload, (member: unknown) => boolean>> = {
  id: (id) => typeof id === 'string' && /^[a-z0-9-]{1,64}$/.test(id),
  // Within what a Date can be.
  expires: (expires) => typeof expires === 'number' && expires >= 0 && expires <= 8.64e12,
  maxFileSize: isCount,
  maxFiles: isCount,
  types: (types) => Array.isArray(types) && types.length > 0 && types.every(isMediaRange),
  fields: (fields) =>
    isObject(fields) && Object.values(fields).every((value) => typeof value === 'string'),
  singleUse: (singleUse) => singleUse === true,
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
