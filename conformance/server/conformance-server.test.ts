import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Seen } from '../suite/server-protocol.ts'
import { type ConformanceServer, startConformanceServer } from './conformance-server.ts'

let server: ConformanceServer

beforeAll(async () => {
  server = await startConformanceServer({
    files: { '/page': { type: 'text/html', content: '<title>a page</title>' } },
  })
})

afterAll(async () => {
  await server.close()
})

function urlOf(id: string, plan: object): string {
  return `${server.url}/upload/${id}?plan=${encodeURIComponent(JSON.stringify(plan))}`
}

async function seen(id: string): Promise<Seen> {
  return (await (await fetch(`${server.url}/seen/${id}`)).json()) as Seen
}

describe('the conformance server', () => {
  it('answers as planned, and says what came', async () => {
    const body = new FormData()
    body.set('user', 'test')
    const plan = { does: 'answer', status: 201, header: [['X-Trace', 'a1']], body: '好' }
    const response = await fetch(urlOf('a', plan), { method: 'POST', body })
    expect([response.status, response.headers.get('x-trace')]).toEqual([201, 'a1'])
    expect(await response.text()).toBe('好')
    const { requests } = await seen('a')
    expect(requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        isWhole: true,
        isAbandoned: false,
        parts: [expect.objectContaining({ name: 'user', text: 'test' })],
      }),
    ])
  })

  it('holds an upload until it is released, and counts those that it holds', async () => {
    const both = [1, 2].map(() => fetch(urlOf('b', { does: 'hold' }), { method: 'POST' }))
    await expect.poll(async () => (await seen('b')).mostAtOnce).toBe(2)
    await fetch(`${server.url}/release/b`)
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200])
  })

  it('refuses a plan that is none', async () => {
    for (const plan of ['', 'nonsense', '{}', '{"does":"nothing"}', 'null']) {
      const response = await fetch(`${server.url}/upload/c?plan=${encodeURIComponent(plan)}`)
      expect(response.status).toBe(400)
    }
  })

  it('lets pages of another origin in, with cookies', async () => {
    const response = await fetch(urlOf('d', { does: 'answer' }), {
      method: 'OPTIONS',
      headers: { Origin: 'http://other.example', 'Access-Control-Request-Headers': 'x-count' },
    })
    expect(response.status).toBe(204)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'http://other.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'x-count',
    })
  })

  it('has the files that it was given, and no others', async () => {
    expect(await (await fetch(`${server.url}/page`)).text()).toBe('<title>a page</title>')
    expect((await fetch(`${server.url}/etc/passwd`)).status).toBe(404)
  })
})
