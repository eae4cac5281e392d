import { describe, expect, it } from 'vitest'
import { createDiskStorage } from '../../fs.ts'
import { createReceiver, type ReceiverOptions } from '../../index.ts'
import { createTicket } from '../../ticket.ts'
import { contentType, multipartBody, post, readJson, startReceiver } from '../receiver.fixture.ts'

const ticketSecret = 'a secret that is 32 bytes long, or more'
const adminToken = 'a-token-that-is-32-bytes-long-or-more'
const file = { name: 'f', fileName: 'f.txt', body: 'content' }

/** Uploads with a ticket. */
async function upload(url: string) {
  const ticket = createTicket(ticketSecret, { expiresInSeconds: 60 })
  const headers = { 'Content-Type': contentType, 'X-Upload-Ticket': ticket }
  const body = multipartBody([file])
  return (await readJson(await fetch(`${url}/upload`, { method: 'POST', headers, body }))).body
}

/** The statuses of all that is not for everybody. */
async function statuses(url: string, id: string, headers: Record<string, string> = {}) {
  const found: number[] = []
  for (const [method, path] of [
    ['GET', '/uploads'],
    ['HEAD', '/uploads'],
    ['GET', `/uploads/${id}`],
    ['HEAD', '/events'],
    ['DELETE', `/uploads/${id}`],
  ] as const) {
    found.push((await fetch(url + path, { method, headers })).status)
  }
  return found
}

describe('the admin token', () => {
  it('R-08 is needed for all but uploading and the files themselves', async () => {
    const { url } = await startReceiver({ ticketSecret, adminToken })
    const { id, files } = await upload(url)
    const refused = [401, 401, 401, 401, 401]
    expect(await statuses(url, id)).toEqual(refused)
    for (const authorization of [
      'Bearer another-token-that-is-32-bytes-long',
      `Bearer ${adminToken}x`,
      'Bearer ',
      `Basic ${adminToken}`,
      adminToken,
    ]) {
      expect(await statuses(url, id, { Authorization: authorization })).toEqual(refused)
    }
    expect(await (await fetch(files[0].url)).text()).toBe('content')
    const allowed = await statuses(url, id, { Authorization: `bearer ${adminToken}` })
    expect(allowed).toEqual([200, 200, 200, 200, 204])
  })

  it('R-08 is asked for with WWW-Authenticate, and is in no answer', async () => {
    const { url } = await startReceiver({ ticketSecret, adminToken })
    const response = await fetch(`${url}/uploads`)
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="wx-upload"')
    const text = await response.text()
    expect(text).toContain('"urn:wx-upload:problem:unauthorized"')
    expect(text).not.toContain(adminToken)
  })

  it('R-08 that is not there lets in nobody where uploads need tickets', async () => {
    const { url } = await startReceiver({ ticketSecret })
    const { id } = await upload(url)
    expect(await statuses(url, id, { Authorization: 'Bearer undefined' })).toEqual([
      401, 401, 401, 401, 401,
    ])
  })

  it('works without tickets too, and without both everything is for everybody', async () => {
    const closed = await startReceiver({ adminToken })
    const one = await post(closed.url, [file])
    expect(await statuses(closed.url, one.body.id)).toEqual([401, 401, 401, 401, 401])
    const open = await startReceiver()
    const other = await post(open.url, [file])
    expect(await statuses(open.url, other.body.id)).toEqual([200, 200, 200, 200, 204])
  })
})

describe('createReceiver', () => {
  const create = (options: object) => () =>
    createReceiver({
      storage: createDiskStorage('nowhere'),
      ...(options as Partial<ReceiverOptions>),
    })

  it.each([
    [
      RangeError,
      { ticketSecret: 'short' },
      'ticketSecret should have at least 32 bytes instead of 5',
    ],
    [RangeError, { ticketSecret: '' }, 'instead of 0'],
    [
      RangeError,
      { ticketSecret: { one: 'short' } },
      'ticketSecret.one should have at least 32 bytes',
    ],
    [TypeError, { ticketSecret: {} }, 'ticketSecret should be a string, or an object'],
    [TypeError, { ticketSecret: null }, 'ticketSecret should be a string, or an object'],
    [TypeError, { ticketSecret: { 'a.b': ticketSecret } }, 'the name "a.b" should be'],
    [TypeError, { ticketSecret: { one: 1 } }, 'ticketSecret.one should be a string'],
    [RangeError, { adminToken: 'short' }, 'adminToken should have at least 32 bytes instead of 5'],
    [
      TypeError,
      { adminToken: 'with spaces'.repeat(5) },
      'adminToken should be a string without spaces',
    ],
    [TypeError, { adminToken: 1 }, 'adminToken should be a string without spaces'],
  ])('R-08 throws a %o for %j', (type, options, message) => {
    expect(create(options)).toThrow(type)
    expect(create(options)).toThrow(message)
  })
})
