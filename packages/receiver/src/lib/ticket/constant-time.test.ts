import { expect, it, vi } from 'vitest'
import { createTicket } from './create-ticket.ts'
import { readTicket } from './ticket-format.ts'

const compared = vi.hoisted(() => ({ times: 0 }))
vi.mock(import('node:crypto'), async (original) => {
  const crypto = await original()
  const timingSafeEqual: typeof crypto.timingSafeEqual = (one, other) => {
    compared.times += 1
    return crypto.timingSafeEqual(one, other)
  }
  return { ...crypto, timingSafeEqual }
})

it('R-08 compares signatures in a time that does not depend on them', () => {
  const secret = 'a secret that is 32 bytes long, or more'
  const ticket = createTicket(secret, { expiresInSeconds: 60 })
  const options = { secrets: new Map([['default', Buffer.from(secret)]]), nowMs: Date.now() }
  const forged = ticket.slice(0, -43) + 'A'.repeat(43)
  expect([readTicket(ticket, options).kind, readTicket(forged, options).kind]).toEqual([
    'valid',
    'invalid',
  ])
  expect(compared.times).toBe(2)
})
