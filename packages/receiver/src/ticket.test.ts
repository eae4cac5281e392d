import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { claimKeepMs } from './lib/storage/storage.ts'
import { maxLifeLeftMs, readTicket } from './lib/ticket/ticket-format.ts'
import { createTicket, type TicketOptions } from './ticket.ts'

const secret = 'a secret that is 32 bytes long, or more'
const other = 'another secret of 32 bytes, or of more'
const hour: TicketOptions = { expiresInSeconds: 3600 }

function read(
  ticket: string,
  secrets: Readonly<Record<string, string>> = { default: secret },
  nowMs = Date.now(),
) {
  const buffers = Object.entries(secrets).map(([key, text]) => [key, Buffer.from(text)] as const)
  return readTicket(ticket, { secrets: new Map(buffers), nowMs })
}

/** A ticket with this payload, or anything else in its place, as another language's code would sign it. */
function signed(payload: unknown, { version = 'wxt1', key = 'default' } = {}): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const head = `${version}.${key}.${Buffer.from(text).toString('base64url')}`
  return `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
}

const invalid = { kind: 'invalid' }

describe('createTicket', () => {
  it('R-08 makes a text that is safe in a url and in a header, with an id of its own', () => {
    const [one, two] = [createTicket(secret, hour), createTicket(secret, hour)]
    expect(one).toMatch(/^[\w.-]+$/)
    expect(one).not.toBe(two)
    expect(read(one)).toMatchObject({
      kind: 'valid',
      payload: { id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    })
  })

  it('R-08 keeps all that it was given', () => {
    const terms = {
      maxFileSize: 1_000_000,
      maxFiles: 2,
      types: ['image/*', 'application/pdf'],
      fields: { user: '小明 😀', ['__proto__']: 'x' },
      singleUse: true,
    }
    const reading = read(createTicket(secret, { ...hour, ...terms }))
    expect(reading).toEqual({
      kind: 'valid',
      payload: { ...terms, id: expect.any(String), expires: expect.any(Number) },
    })
  })

  it('R-08 refuses a secret that can be guessed', () => {
    expect(() => createTicket('short', hour)).toThrow(
      new RangeError('createTicket: the secret should have at least 32 bytes instead of 5'),
    )
    // Bytes, and not characters.
    expect(createTicket('密钥密钥密钥密钥密钥密', hour)).toMatch(/^wxt1\./)
    // @ts-expect-error
    expect(() => createTicket(undefined, hour)).toThrow(TypeError)
  })

  it.each([
    [
      RangeError,
      { expiresInSeconds: 0 },
      'expiresInSeconds should be above 0 and at most 604800 instead of 0',
    ],
    [RangeError, { expiresInSeconds: 604_801 }, 'instead of 604801'],
    [RangeError, { expiresInSeconds: Number.NaN }, 'instead of NaN'],
    [
      TypeError,
      { expiresInSeconds: '60' },
      'expiresInSeconds should be a number instead of string',
    ],
    [TypeError, {}, 'expiresInSeconds should be a number instead of undefined'],
    [RangeError, { ...hour, maxFileSize: 0 }, 'maxFileSize should be a whole number of 1 or more'],
    [RangeError, { ...hour, maxFiles: 1.5 }, 'maxFiles should be a whole number of 1 or more'],
    [TypeError, { ...hour, maxFiles: '1' }, 'maxFiles should be a number instead of string'],
    [TypeError, { ...hour, types: 'image/*' }, 'types should be a list of media types'],
    [TypeError, { ...hour, types: [] }, 'types should be a list of media types'],
    [TypeError, { ...hour, types: ['*/*'] }, 'types should be a list of media types'],
    [
      TypeError,
      { ...hour, fields: { user: 1 } },
      'fields.user should be a string instead of number',
    ],
    [TypeError, { ...hour, fields: ['a'] }, 'fields should be an object of texts'],
    [RangeError, { ...hour, fields: { ticket: 'a' } }, "the field ticket is the ticket's own"],
    [TypeError, { ...hour, key: 'a.b' }, 'key should be 1 to 64 of'],
    [TypeError, { ...hour, singleUse: 'yes' }, 'singleUse should be a boolean instead of string'],
    [TypeError, { ...hour, maxfilesize: 1 }, 'maxfilesize is no option'],
    [TypeError, null, 'the options should be an object'],
    [RangeError, { ...hour, fields: { a: 'x'.repeat(4096) } }, '4096 are allowed'],
  ])('R-08 throws a %o for %j', (type, options, message) => {
    const create = () => createTicket(secret, options as TicketOptions)
    expect(create).toThrow(type)
    expect(create).toThrow(message)
  })

  it('R-08 needs nothing but Node.js', async () => {
    const seen = new Set<string>()
    const look = async (file: URL): Promise<void> => {
      if (seen.has(file.href)) return
      seen.add(file.href)
      const source = await readFile(file, 'utf8')
      const imported = [...source.matchAll(/ from '([^']+)'/g)].map(([, name = '']) => name)
      expect(imported.filter((name) => !/^(?:\.|node:crypto$)/.test(name))).toEqual([])
      await Promise.all(
        imported.filter((name) => name.startsWith('.')).map((name) => look(new URL(name, file))),
      )
    }
    await look(new URL('ticket.ts', import.meta.url))
    expect(seen.size).toBeLessThan(6)
  })
})

describe('a ticket', () => {
  it('R-08 is good until it expires, by the clock of the server', () => {
    const now = Date.now()
    vi.useFakeTimers({ now, toFake: ['Date'] })
    const ticket = createTicket(secret, { expiresInSeconds: 60 })
    vi.useRealTimers()
    expect(read(ticket, undefined, now + 59_999)).toMatchObject({ kind: 'valid' })
    expect(read(ticket, undefined, now + 60_000)).toEqual({
      kind: 'expired',
      expiredAt: new Date(now + 60_000).toISOString(),
    })
  })

  it('R-08 is read with the secret that it names, of several', () => {
    const secrets = { old: other, new: secret }
    expect(read(createTicket(secret, { ...hour, key: 'new' }), secrets)).toMatchObject({
      kind: 'valid',
    })
    expect(read(createTicket(other, { ...hour, key: 'old' }), secrets)).toMatchObject({
      kind: 'valid',
    })
    expect(read(createTicket(other, { ...hour, key: 'new' }), secrets)).toEqual(invalid)
    expect(read(createTicket(secret, hour), secrets)).toEqual(invalid)
    expect(read(createTicket(secret, { ...hour, key: 'new' }), { old: other })).toEqual(invalid)
  })

  it('R-08 is remembered, once it has been used, for as long as it can be good', () => {
    expect(maxLifeLeftMs).toBeLessThanOrEqual(claimKeepMs.ticket)
  })

  const payload = { id: 'a', expires: Date.now() / 1000 + 3600 }
  it.each([
    ['another version', signed(payload, { version: 'wxt2' })],
    ['no version', signed(payload, { version: 'none' })],
    ['the name of a property for a key', signed(payload, { key: '__proto__' })],
    ['no signature', signed(payload).replace(/\.[^.]*$/, '.')],
    ['no dots', signed(payload).replaceAll('.', '')],
    ['a part more', `${signed(payload)}.`],
    ['a web token without an algorithm', 'eyJhbGciOiJub25lIn0.eyJpZCI6ImEifQ.'],
    ['nothing', ''],
    ['a line more', `${signed(payload)}\n`],
    ['what is no base64url', signed(payload).replace(/\.(\w)/, '.=$1')],
    ['64 KiB', 'a'.repeat(65_536)],
    ['a payload that is no JSON', signed('{"id":')],
    ['a payload that is a list', signed([payload])],
    ['a payload of null', signed('null')],
    ['no time', signed({ id: 'a' })],
    ['a time that is a text', signed({ ...payload, expires: '9999999999' })],
    ['a time that is no number', signed('{"id":"a","expires":1e999}')],
    ['no id', signed({ expires: payload.expires })],
    ['an id that is a path', signed({ ...payload, id: '../a' })],
    ['a term that nobody knows', signed({ ...payload, maxFileCount: 1 })],
    [
      'a term called like a property of all objects',
      signed('{"id":"a","expires":9e9,"__proto__":1}'),
    ],
    ['a term of another type', signed({ ...payload, maxFiles: '1' })],
    ['a single use that is false', signed({ ...payload, singleUse: false })],
    ['types that are none', signed({ ...payload, types: ['*'] })],
    ['fields that are no texts', signed({ ...payload, fields: { user: 1 } })],
    ['a life of nine days', signed({ ...payload, expires: Date.now() / 1000 + 9 * 86_400 })],
  ])('R-08 is not what has %s', (_what, text) => {
    expect(read(text)).toEqual(invalid)
  })

  it('R-08 of another language is as good', () => {
    expect(read(signed(payload))).toEqual({ kind: 'valid', payload })
  })

  it('R-08 is nothing any more when any of it is changed, cut off or added', () => {
    const ticket = createTicket(secret, { ...hour, fields: { user: 'test' } })
    const alphabet =
      'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ é\0'.split('')
    const character = fc.constantFrom(...alphabet)
    const change = fc.record({
      at: fc.nat(ticket.length),
      removed: fc.nat(3),
      added: fc.array(character, { maxLength: 3 }),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = changes.reduce(
          (text, { at, removed, added }) =>
            text.slice(0, at) + added.join('') + text.slice(at + removed),
          ticket,
        )
        fc.pre(changed !== ticket)
        expect(read(changed)).toEqual(invalid)
      }),
      { numRuns: 2000 },
    )
    // [RFC 4648 §3.5] The last character of a signature has bits that decoders drop.
    for (const last of alphabet.filter((one) => !ticket.endsWith(one))) {
      expect(read(ticket.slice(0, -1) + last)).toEqual(invalid)
    }
  })

  it('R-08 is anything but what anybody makes up', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(read(text)).toEqual(invalid)
        expect(read(`wxt1.default.${text}.${'A'.repeat(43)}`)).toEqual(invalid)
      }),
    )
  })
})
