import { createHash, timingSafeEqual } from 'node:crypto'
import { ReceiverError } from '../problem/errors.ts'
import type { RouteHandler } from './router.ts'

/** Who may list, read records, remove and listen. */
export interface AdminAccessOptions {
  readonly adminToken: string | undefined
  /** Whether uploads need tickets: then nothing else is for everybody either. */
  readonly hasTickets: boolean
}

const minTokenBytes = 32

/**
 * Makes what puts a handler behind the admin token: without a token it lets everybody in, unless uploads need tickets;
 * then it lets in nobody. Throws a RangeError for a token that can be guessed.
 */
export function createAdminAccess({
  adminToken,
  hasTickets,
}: AdminAccessOptions): (handler: RouteHandler) => RouteHandler {
  if (adminToken !== undefined) checkToken(adminToken)
  if (adminToken === undefined && !hasTickets) return (handler) => handler
  const expected = adminToken === undefined ? undefined : digest(adminToken)
  return (handler) => async (exchange) => {
    const [, sent] = /^Bearer +(\S+) *$/i.exec(exchange.request.headers.authorization ?? '') ?? []
    if (sent === undefined || expected === undefined || !timingSafeEqual(digest(sent), expected)) {
      throw unauthorized(sent)
    }
    await handler(exchange)
  }
}

function checkToken(token: unknown): void {
  if (typeof token !== 'string' || !/^\S+$/.test(token)) {
    throw new TypeError('adminToken should be a string without spaces')
  }
  const bytes = Buffer.byteLength(token)
  if (bytes < minTokenBytes) {
    throw new RangeError(
      `adminToken should have at least ${minTokenBytes} bytes instead of ${bytes}`,
    )
  }
}

// Of one length, whatever was sent.
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

function unauthorized(sent: string | undefined): ReceiverError {
  const found = sent === undefined ? 'there is none' : 'it is another'
  return new ReceiverError(
    'unauthorized',
    `Reading the admin token, which goes into the header Authorization as "Bearer …": ${found}`,
    // [RFC 6750 §3]
    { headers: { 'WWW-Authenticate': 'Bearer realm="wx-upload"' } },
  )
}
