import { EventEmitter, once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { wrapUploads, type Storage } from '../../index.ts'
import { createDiskStorage } from '../../fs.ts'
import { createTicket, type TicketOptions } from '../../ticket.ts'
import {
  contentType,
  filesBelow,
  formatPart,
  get,
  halfDone,
  type JsonAnswer,
  multipartBody,
  patiently,
  RawClient,
  readJson,
  type RunningReceiver,
  startReceiver,
  temporaryFolder,
  type TestPart,
} from '../receiver.fixture.ts'
import { samples } from '../types/samples.fixture.ts'

const secret = 'a secret that is 32 bytes long, or more'
const adminToken = 'a-token-that-is-32-bytes-long-or-more'
const file = { name: 'f', fileName: 'f.txt', body: 'content' }

function ticketFor(terms: Partial<TicketOptions> = {}, key = secret): string {
  return createTicket(key, { expiresInSeconds: 60, ...terms })
}

function startWithTickets(
  options: Parameters<typeof startReceiver>[0] = {},
): Promise<RunningReceiver> {
  return startReceiver({ ticketSecret: secret, adminToken, ...options })
}

/** Posts parts with a ticket in the header, and perhaps other headers. */
async function postWith(
  url: string,
  ticket: string | undefined,
  parts: readonly TestPart[] = [file],
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  return readJson(
    await fetch(`${url}/upload`, {
      method: 'POST',
      headers: {
        'Content-Type': contentType,
        ...(ticket === undefined ? {} : { 'X-Upload-Ticket': ticket }),
        ...headers,
      },
      body: multipartBody(parts),
    }),
  )
}

function inField(ticket: string): TestPart {
  return { name: 'ticket', body: ticket }
}

const problem = (code: string) => `urn:wx-upload:problem:${code}`

describe('POST /upload, with tickets', () => {
  it('R-08 takes a ticket in the header, and in a field before the first file', async () => {
    const { url, lines } = await startWithTickets()
    const user = { name: 'user', body: 'test' }
    const byHeader = await postWith(url, ticketFor(), [user, file])
    const byField = await postWith(url, undefined, [user, inField(ticketFor()), file])
    const both = ticketFor()
    const byBoth = await postWith(url, both, [inField(both), user, file])
    for (const { status, body } of [byHeader, byField, byBoth]) {
      expect(status).toBe(200)
      expect(body.fields).toEqual({ user: 'test' })
      expect(await (await fetch(body.files[0].url)).text()).toBe('content')
    }
    const list = await fetch(`${url}/uploads`, {
      headers: { Authorization: `Bearer ${adminToken}` },
    })
    expect(JSON.stringify([await list.json(), lines])).not.toContain('wxt1')
  })

  it('R-08 takes a ticket of each of several secrets, and of no other', async () => {
    const other = 'another secret of 32 bytes, or of more'
    const { url } = await startWithTickets({ ticketSecret: { old: secret, new: other } })
    expect((await postWith(url, ticketFor({ key: 'old' }))).status).toBe(200)
    expect((await postWith(url, ticketFor({ key: 'new' }, other))).status).toBe(200)
    expect((await postWith(url, ticketFor({ key: 'new' }))).status).toBe(401)
    expect((await postWith(url, ticketFor())).status).toBe(401)
  })

  const another = 'another secret of 32 bytes, or of more'
  const inHeader = (ticket: string) => [ticket, [file]] as const
  const inAField = (ticket: string) => [undefined, [inField(ticket), file]] as const
  it.each([
    ['missing', 'no ticket', [undefined, [file]], 'a file came before a ticket'],
    ['missing', 'no ticket and no file', [undefined, [{ name: 'x' }]], 'it came without a ticket'],
    [
      'missing',
      'one after the file',
      [undefined, [file, inField(ticketFor())]],
      'a file came before',
    ],
    ['invalid', 'something else', inHeader('none'), 'it is none of this server'],
    ['invalid', 'one of another server', inHeader(ticketFor({}, another)), 'it is none'],
    ['invalid', 'one that breaks off', inHeader(ticketFor().slice(0, -1)), 'it is none'],
    ['invalid', 'one that is too long', inHeader('a'.repeat(8192)), 'it is none'],
    ['invalid', 'one that is no ASCII', inAField('票'), 'it is none'],
    ['invalid', 'two', [ticketFor(), [inField(ticketFor()), file]], 'there is another one already'],
    ['expired', 'one that is over', inHeader(expired()), 'it expired at 20'],
    ['expired', 'one that is over in a field', inAField(expired()), 'it expired at 20'],
  ] as const)('R-08 answers 401 ticket-%s to %s', async (kind, _what, [ticket, parts], detail) => {
    const code = `ticket-${kind}`
    const { url, folder, lines } = await startWithTickets()
    const { status, headers, body } = await postWith(url, ticket, parts)
    expect([status, body.type]).toEqual([401, problem(code)])
    expect(headers.get('WWW-Authenticate')).toBe('Upload-Ticket realm="wx-upload"')
    expect(body.detail).toContain(detail)
    expect(lines).toMatchObject([{ fields: { outcome: code } }])
    expect(await filesBelow(folder)).toEqual([])
    expect(await halfDone(folder)).toEqual([])
  })

  const user = { name: 'user', body: 'ming' }
  const fields = { user: 'ming' }
  const png = { name: 'f', fileName: 'f.png', body: samples.png }
  it.each([
    ['a file is larger than it allows', { maxFileSize: 6 }, [file]],
    ['there are more files than it allows', { maxFiles: 1 }, [file, file]],
    ['the field "user" is missing', { fields }, [file]],
    ['the field "user" has another value', { fields }, [{ ...user, body: 'hong' }, file]],
    ['the field "user" has another value', { fields }, [file, { ...user, body: 'ming ' }]],
    ['the field "user" came twice', { fields }, [user, file, user]],
    ['its name ends in ".txt"', { types: ['image/*'] }, [file]],
    ['its content is text', { types: ['image/*'] }, [{ ...file, fileName: 'f.png' }]],
    ['its Content-Type is "text/html"', { types: ['image/*'] }, [{ ...png, type: 'text/html' }]],
  ])('R-08 answers 403 where %s, and leaves nothing', async (found, terms, parts) => {
    const { url, folder } = await startWithTickets()
    const ticket = ticketFor(terms)
    for (const answer of [
      await postWith(url, ticket, parts),
      await postWith(url, undefined, [inField(ticket), ...parts]),
    ]) {
      expect([answer.status, answer.body.type]).toEqual([403, problem('ticket-mismatch')])
      expect(answer.body.detail).toContain(found)
      // What the ticket says is for nobody but who has it.
      expect(JSON.stringify(answer.body)).not.toMatch(/ming|image\/\*|\b6\b/)
    }
    expect(await filesBelow(folder)).toEqual([])
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-08 checks the fields that came before the ticket as well', async () => {
    const { url } = await startWithTickets()
    const ticket = inField(ticketFor({ fields }))
    expect((await postWith(url, undefined, [user, ticket, file])).status).toBe(200)
    for (const before of [[{ ...user, body: 'hong' }], [user, user]]) {
      const { status } = await postWith(url, undefined, [...before, ticket, file])
      expect(status).toBe(403)
    }
  })

  it('R-08 takes what is just within the ticket', async () => {
    const { url } = await startWithTickets()
    const ticket = ticketFor({ maxFileSize: 7, maxFiles: 2, types: ['text/plain'], fields })
    const { status, body } = await postWith(url, ticket, [file, file, user, { name: 'x' }])
    expect([status, body.fields]).toEqual([200, { user: 'ming', x: '' }])
  })

  it('R-08 holds an upload to what the receiver allows as well', async () => {
    const { url } = await startWithTickets({ limits: { files: 1 }, allowTypes: ['image/*'] })
    expect((await postWith(url, ticketFor({ maxFiles: 5 }), [png, png])).status).toBe(413)
    expect((await postWith(url, ticketFor({ types: ['text/plain'] }))).status).toBe(415)
    expect((await postWith(url, ticketFor({ types: ['image/png'] }), [png])).status).toBe(200)
  })

  it('R-08 refuses before the body is read, and before the client sends it where it asks first', async () => {
    const { port } = await startWithTickets()
    const sizeOfTwoFiles = 20_000_000
    for (const [ticket, status] of [
      ['none', 401],
      [ticketFor({ maxFileSize: 1000, maxFiles: 2 }), 403],
    ] as const) {
      const client = new RawClient(port)
      client.sendHead({
        'Content-Length': sizeOfTwoFiles,
        'X-Upload-Ticket': ticket,
        Expect: '100-continue',
      })
      await expect.poll(() => client.received, patiently).toMatch(`HTTP/1.1 ${status} `)
    }
    const allowed = new RawClient(port)
    allowed.sendHead({
      'Content-Length': sizeOfTwoFiles,
      'X-Upload-Ticket': ticketFor({ maxFileSize: 10_000_000, maxFiles: 2 }),
      Expect: '100-continue',
    })
    await expect.poll(() => allowed.received, patiently).toMatch('HTTP/1.1 100 Continue')
  })

  it('R-08 refuses a file without a ticket as soon as it begins', async () => {
    const { port, folder } = await startWithTickets()
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 20_000_000 })
    client.send(formatPart({ ...file, body: 'x' }))
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 401 .*ticket-missing/s)
    expect(await filesBelow(folder)).toEqual([])
  })

  it('R-08 keeps a field called ticket where no tickets are asked for', async () => {
    const { url } = await startReceiver()
    const { body } = await postWith(url, 'whatever', [inField('of the opera'), file])
    expect(body.fields).toEqual({ ticket: 'of the opera' })
  })
})

describe('a ticket that may be used once', () => {
  const singleUse = () => ticketFor({ singleUse: true })

  it('R-08 is good for one upload, by header or field', async () => {
    const { url, folder } = await startWithTickets()
    const ticket = singleUse()
    expect((await postWith(url, ticket)).status).toBe(200)
    const stored = await filesBelow(folder)
    for (const again of [
      await postWith(url, ticket),
      await postWith(url, undefined, [inField(ticket), file]),
    ]) {
      expect([again.status, again.body.type]).toEqual([403, problem('ticket-used')])
    }
    expect(await filesBelow(folder)).toEqual(stored)
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-08 is good for one of many uploads at once, at two servers', async () => {
    const folder = await temporaryFolder()
    const storage = () => createDiskStorage(folder, { durability: 'none' })
    const servers = [
      await startWithTickets({ storage: storage() }),
      await startWithTickets({ storage: storage() }),
    ]
    const ticket = singleUse()
    const answers = await Promise.all(
      [...servers, ...servers, ...servers].map(({ url }, index) =>
        index % 3 === 0
          ? postWith(url, undefined, [inField(ticket), file])
          : postWith(url, ticket, [file]),
      ),
    )
    const statuses = answers.map(({ status }) => String(status))
    expect(statuses.toSorted()).toEqual(['200', '403', '403', '403', '403', '403'])
    const uploads = (await filesBelow(folder)).filter((path) => path.endsWith('f.txt'))
    expect(uploads).toHaveLength(1)
    expect(await halfDone(folder)).toEqual([])
  })

  it('R-08 is still good after an upload that failed', async () => {
    const { url } = await startWithTickets()
    const ticket = ticketFor({ singleUse: true, maxFiles: 1 })
    expect((await postWith(url, ticket, [file, file])).status).toBe(403)
    expect((await postWith(url, ticket)).status).toBe(200)
  })

  it('R-09 answers who repeats the upload by its Idempotency-Key, and nobody else', async () => {
    const { url } = await startWithTickets()
    const ticket = singleUse()
    const repeat = (key: string) => postWith(url, ticket, [file], { 'Idempotency-Key': key })
    const first = await repeat('one')
    const second = await repeat('one')
    expect([second.status, second.body.id]).toEqual([200, first.body.id])
    expect((await repeat('two')).body.type).toBe(problem('ticket-used'))
  })

  it('R-08 that has been used ends an upload while it is being sent', async () => {
    const { url, port } = await startWithTickets()
    const ticket = singleUse()
    await postWith(url, ticket)
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 20_000_000 })
    client.send(Buffer.concat([formatPart(inField(ticket)), formatPart({ name: 'x' })]))
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 403 .*ticket-used/s)
  })

  it('R-08 does not keep an upload whose client leaves while the ticket is looked up', async () => {
    const folder = await temporaryFolder()
    const disk = createDiskStorage(folder, { durability: 'none' })
    const lookup = new EventEmitter()
    const storage: Storage = {
      ...wrapUploads(disk, (upload) => upload),
      async readClaim(name) {
        const released = once(lookup, 'release')
        lookup.emit('begin')
        await released
        return await disk.readClaim(name)
      },
    }
    const { port, server, lines } = await startWithTickets({ storage })
    const connected = once(server, 'connection')
    const looked = once(lookup, 'begin')
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 1000, 'X-Upload-Ticket': singleUse() })
    const [socket] = await connected
    await looked
    const gone = new Promise((resolve) => {
      socket.once('close', resolve)
    })
    client.socket.destroy()
    await gone
    lookup.emit('release')
    await expect.poll(() => lines.length, patiently).toBe(1)
    expect(lines).toMatchObject([{ fields: { outcome: 'aborted' } }])
  })

  it('R-03 is not taken where nobody can tell whether it has been used', async () => {
    const disk = createDiskStorage(await temporaryFolder(), { durability: 'none' })
    const storage: Storage = {
      ...wrapUploads(disk, (upload) => upload),
      readClaim: () => Promise.reject(new Error('out of order')),
    }
    const { url } = await startWithTickets({ storage })
    for (const answer of [
      await postWith(url, singleUse()),
      await postWith(url, undefined, [inField(singleUse()), file]),
    ]) {
      expect(answer.status).toBe(500)
    }
    expect((await get(`${url}/uploads`)).status).toBe(401)
  })
})

/** A ticket that was made two minutes ago, for one. */
function expired(): string {
  vi.useFakeTimers({ now: Date.now() - 120_000, toFake: ['Date'] })
  const ticket = ticketFor()
  vi.useRealTimers()
  return ticket
}
