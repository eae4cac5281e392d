import { describe, expect, it } from 'vitest'
import type { ServerOptions } from '../../server.ts'
import { createTicket } from '../../ticket.ts'
import { contentType, multipartBody } from '../receiver.fixture.ts'
import { request, startServer } from './plain-server.fixture.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }
const pageOrigin = { Origin: 'https://page.example' }

describe('createServer', () => {
  it('lets web pages of any origin upload, and neither list nor read nor remove', async () => {
    const { url } = await startServer()
    const upload = await fetch(`${url}/upload`, {
      method: 'POST',
      headers: {
        ...pageOrigin,
        'Content-Type': contentType,
      },
      body: multipartBody([sample]),
    })
    expect(upload.headers.get('Access-Control-Allow-Origin')).toBe('*')
    const preflight = await fetch(`${url}/upload`, {
      method: 'OPTIONS',
      headers: {
        ...pageOrigin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'x-token',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toBe('POST')
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('x-token')
    const list = await fetch(`${url}/uploads`, { headers: pageOrigin })
    expect(list.headers.get('Access-Control-Allow-Origin')).toBeNull()
  })

  it.each(['/', '/events', '/uploads', '/uploads/x', '/playground', '/nothing', '*'])(
    'lets web pages of any origin ask about /upload alone: OPTIONS %s',
    async (path) => {
      const { url } = await startServer()
      const asked = { 'Access-Control-Request-Method': 'POST' }
      for (const headers of [{}, { ...pageOrigin, ...asked }]) {
        const answer = await request(url, { method: 'OPTIONS', path, headers })
        answer.resume()
        expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([
          /^\/(?:events|uploads)/.test(path) ? 405 : 404,
          undefined,
        ])
        expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
      }
    },
  )

  it('lets web pages of any origin upload to /upload with a query, and takes uploads by its other spellings', async () => {
    const { url } = await startServer()
    const origins = async (path: string) => {
      const headers = { ...pageOrigin, 'Content-Type': contentType }
      const body = multipartBody([sample])
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body })
      return [answer.status, answer.headers.get('Access-Control-Allow-Origin')]
    }
    expect(await origins('/upload?to=album')).toEqual([200, '*'])
    expect(await origins('/%75pload')).toEqual([200, null])
    expect(await origins('/uploaded')).toEqual([404, null])
  })

  it('lets caches keep the answers to two origins apart', async () => {
    const { url } = await startServer({ cors: ['https://a.example', 'https://b.example'] })
    for (const origin of ['https://a.example', 'https://c.example']) {
      const answer = await fetch(`${url}/upload`, { method: 'POST', headers: { Origin: origin } })
      expect(answer.headers.get('Vary')).toBe('Origin')
    }
  })

  it('lets web pages hear a refusal too', async () => {
    const { url } = await startServer()
    const refused = await fetch(`${url}/upload`, { method: 'POST', headers: pageOrigin, body: 'x' })
    expect([refused.status, refused.headers.get('Access-Control-Allow-Origin')]).toEqual([415, '*'])
  })

  it('lets the given origins alone upload, or none', async () => {
    const origins = async (cors: ServerOptions['cors'], origin: string) => {
      const { url } = await startServer(cors === undefined ? {} : { cors })
      const response = await fetch(`${url}/upload`, { method: 'POST', headers: { Origin: origin } })
      return response.headers.get('Access-Control-Allow-Origin')
    }
    expect(await origins(['https://a.example', 'https://b.example'], 'https://b.example')).toBe(
      'https://b.example',
    )
    expect(await origins(['https://a.example'], 'https://b.example')).toBeNull()
    expect(await origins(false, 'https://b.example')).toBeNull()
  })

  it('R-08 lets web pages of any origin send a ticket, and hear what is wrong with it', async () => {
    const ticketSecret = 'a secret that is 32 bytes long, or more'
    const { url } = await startServer({ ticketSecret })
    const preflight = await fetch(`${url}/upload`, {
      method: 'OPTIONS',
      headers: {
        ...pageOrigin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'x-upload-ticket',
      },
    })
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toBe('x-upload-ticket')
    const send = (ticket: string) =>
      fetch(`${url}/upload`, {
        method: 'POST',
        headers: {
          ...pageOrigin,
          'X-Upload-Ticket': ticket,
          'Content-Type': contentType,
        },
        body: multipartBody([sample]),
      })
    const refused = await send('none')
    expect([refused.status, refused.headers.get('Access-Control-Allow-Origin')]).toEqual([401, '*'])
    expect((await send(createTicket(ticketSecret, { expiresInSeconds: 60 }))).status).toBe(200)
    expect((await fetch(`${url}/uploads`)).status).toBe(401)
  })
})
