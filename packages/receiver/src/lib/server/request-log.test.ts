import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { patiently, post, RawClient } from '../receiver.fixture.ts'
import { request, startServer } from './plain-server.fixture.ts'

const sample = { name: 'f', fileName: 'f.txt', body: 'content' }

describe('createServer', () => {
  it('logs one line an upload, with the id that the answer carries', async () => {
    const output = new PassThrough()
    const { url } = await startServer({ log: pino(output) })
    const stored = await post(url, [sample])
    const refused = await fetch(`${url}/upload`, { method: 'POST', body: '{}' })
    output.end()
    const lines = (await text(output)).trim().split('\n')
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      {
        msg: 'upload',
        outcome: 'stored',
        id: stored.body.id,
        files: 1,
        bytes: 7,
        durationMs: expect.any(Number),
        remoteAddress: '127.0.0.1',
        requestId: stored.headers.get('X-Request-Id'),
      },
      { msg: 'upload', outcome: 'not-multipart', requestId: refused.headers.get('X-Request-Id') },
    ])
  })

  it('R-10 answers and logs with the X-Request-Id that the client sent', async () => {
    const output = new PassThrough()
    const { url } = await startServer({ log: pino(output) })
    const headers = { 'X-Request-Id': 'mine-1' }
    for (const [method, path] of [
      ['POST', '/upload'],
      ['GET', '/'],
      ['GET', '/nothing'],
    ] as const) {
      const answer = await fetch(url + path, { method, headers })
      expect([path, answer.headers.get('X-Request-Id')]).toEqual([path, 'mine-1'])
    }
    output.end()
    expect(readLines(await text(output))).toMatchObject([
      { msg: 'upload', requestId: 'mine-1' },
      { msg: 'refused', requestId: 'mine-1' },
    ])
  })

  it('R-10 logs each refusal with the id that its answer carries, and no query', async () => {
    const output = new PassThrough()
    const { url, port } = await startServer({ log: pino(output) })
    const ids: (string | string[] | null | undefined)[] = []
    for (const [method, path, headers] of [
      ['GET', '/nothing?secret=1', {}],
      ['GET', '/%zz?secret=1', {}],
      ['PUT', '/upload?secret=1', {}],
      ['POST', '/upload?secret=1', {}],
      ['GET', '/uploads/x/files/0?secret=1', {}],
      ['GET', '/?secret=1', { host: 'evil.example' }],
    ] as const) {
      const answer = await request(url, { method, path, headers })
      answer.resume()
      ids.push(answer.headers['x-request-id'])
    }
    const client = new RawClient(port)
    client.send('this is not HTTP\r\n\r\n')
    await expect.poll(() => client.isClosed, patiently).toBe(true)
    ids.push(/X-Request-Id: (\w+)/.exec(client.received)?.[1])
    output.end()
    const logged = await text(output)
    expect(readLines(logged).map(({ requestId }) => requestId)).toEqual(ids)
    expect(logged).not.toContain('secret')
    expect(readLines(logged)).toMatchObject([
      { msg: 'refused', outcome: 'not-found', method: 'GET', path: '/nothing' },
      { msg: 'refused', outcome: 'not-found', method: 'GET', path: '/%zz' },
      { msg: 'refused', outcome: 'method-not-allowed', method: 'PUT', path: '/upload' },
      { msg: 'upload', outcome: 'not-multipart' },
      { msg: 'refused', outcome: 'not-found', path: '/uploads/x/files/0' },
      { msg: 'refused', outcome: 'misdirected', detail: expect.stringContaining('evil.example') },
      { msg: 'refused', outcome: 'malformed', remoteAddress: '127.0.0.1' },
    ])
  })
})

function readLines(log: string): Record<string, unknown>[] {
  return log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
