import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defaultLimits } from '../../index.ts'
import {
  eventually,
  formatPart,
  get,
  multipartBody,
  patiently,
  post,
  RawClient,
  startReceiver,
} from '../receiver.fixture.ts'
import { listenTo } from './event-listener.fixture.ts'

const sample = { name: 'f', fileName: 'photo.jpg', body: 'content' }
const quiet = { bytesPerSecond: 0, uploads: [] }

afterEach(() => {
  vi.useRealTimers()
})

describe('R-12 GET /events', () => {
  it('tells at once what is under way, also when that is nothing', async () => {
    const { url } = await startReceiver()
    const { listener, response } = await listenTo(url)
    await expect
      .poll(() => listener.events, patiently)
      .toEqual([{ name: 'receiving', data: quiet }])
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
    })
    expect(listener.otherLines).toEqual(['retry: 1000'])
  })

  it('tells of an upload, as the list has it, and of its removal', async () => {
    const { url } = await startReceiver()
    const { listener } = await listenTo(url)
    const { body } = await post(url, [{ name: 'note', body: 'line\r\nbreak\u2028' }, sample])
    const { uploads } = (await get(`${url}/uploads`)).body
    await expect.poll(() => listener.heard('stored'), patiently).toEqual([uploads[0]])
    await fetch(`${url}/uploads/${body.id}`, { method: 'DELETE' })
    await expect.poll(() => listener.heard('removed'), patiently).toEqual([{ id: body.id }])
    await fetch(`${url}/uploads/${body.id}`, { method: 'DELETE' })
    await post(url, [sample])
    await expect.poll(() => listener.heard('stored'), patiently).toHaveLength(2)
    expect(listener.heard('removed')).toHaveLength(1)
  })

  it('gives each listener the urls at which it can reach the files itself', async () => {
    const { port } = await startReceiver()
    const urls = [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
    const listeners = await Promise.all(urls.map(listenTo))
    const { body } = await post(`http://127.0.0.1:${port}`, [sample])
    for (const [index, { listener }] of listeners.entries()) {
      await expect
        .poll(() => listener.heard('stored')[0]?.files, patiently)
        .toMatchObject([{ url: `${urls[index]}/uploads/${body.id}/files/0` }])
    }
  })

  it('tells how far an upload is, its file and its client, and when none is left', async () => {
    const { url, port } = await startReceiver()
    const { listener } = await listenTo(url)
    const body = multipartBody([
      { name: 'note', body: 'x' },
      { ...sample, body: 'x'.repeat(100_000) },
    ])
    const client = new RawClient(port)
    const before = Date.now()
    client.sendHead({ 'Content-Length': body.length, 'X-Request-Id': 'mine' })
    const upload = {
      requestId: 'mine',
      name: null,
      receivedBytes: 0,
      expectedBytes: body.length,
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      remoteAddress: '127.0.0.1',
      bytesPerSecond: 0,
    }
    await expect.poll(() => listener.state, patiently).toEqual({ ...quiet, uploads: [upload] })
    const startedAt = Date.parse(listener.state?.uploads[0]?.startedAt ?? '')
    expect(startedAt).toBeGreaterThanOrEqual(before)
    expect(startedAt).toBeLessThanOrEqual(Date.now())
    client.send(body.subarray(0, 50_000))
    await expect
      .poll(() => listener.state?.uploads, patiently)
      .toMatchObject([{ name: 'photo.jpg', receivedBytes: 50_000, expectedBytes: body.length }])
    // Of all states: on a busy machine the last may be of two seconds later, when the rate is 0 again.
    const states = listener.heard('receiving')
    const rates = states.map(({ bytesPerSecond }) => bytesPerSecond)
    const ratesOfUpload = states.flatMap(({ uploads }) =>
      uploads.map((each) => each.bytesPerSecond),
    )
    expect(Math.max(...rates)).toBeGreaterThan(0)
    expect(Math.max(...ratesOfUpload)).toBeGreaterThan(0)
    client.send(body.subarray(50_000))
    await expect.poll(() => listener.state, patiently).toEqual(quiet)
    expect(listener.heard('stored')).toHaveLength(1)
  })

  it('tells a listener that comes in the middle how far it is', async () => {
    const { url, port, receiver } = await startReceiver({ limits: { lingerMs: 10 } })
    const client = new RawClient(port)
    client.sendHead({ 'Transfer-Encoding': 'chunked' })
    const part = formatPart(sample)
    client.send(`${part.length.toString(16)}\r\n${part.toString()}\r\n`)
    await expect
      .poll(async () => {
        const { listener, leave } = await listenTo(url)
        await eventually('a state', () => listener.state !== undefined)
        leave()
        return listener.events[0]?.data.uploads
      }, patiently)
      .toMatchObject([{ name: 'photo.jpg', receivedBytes: part.length, expectedBytes: null }])
    await receiver.close()
  })

  it.each<[outcome: string, limits: object, sendRest: (client: RawClient) => void]>([
    ['stored', {}, (client) => client.send('x\r\n--boundary-of-a-test--\r\n'.padEnd(1000))],
    ['aborted', {}, (client) => client.socket.destroy()],
    ['limit-exceeded', { fileSizeBytes: 100 }, (client) => client.send('x'.repeat(500))],
    ['malformed', {}, (client) => client.send('x'.repeat(1000))],
    ['too-slow', { idleTimeMs: 2000 }, () => undefined],
  ])(
    'lists nothing any more when the last upload has ended: %s',
    async (outcome, limits, sendRest) => {
      const { url, port, lines } = await startReceiver({ limits })
      const { listener } = await listenTo(url)
      const client = new RawClient(port)
      const start = formatPart({ ...sample, body: '' }).subarray(0, -2)
      client.sendHead({ 'Content-Length': start.length + 1000 })
      client.send(start)
      // In any state: the last may be of after the end already, where the end comes by itself.
      await expect
        .poll(() => listener.heard('receiving').flatMap(({ uploads }) => uploads), patiently)
        .toContainEqual(expect.objectContaining({ name: 'photo.jpg', receivedBytes: start.length }))
      sendRest(client)
      await expect.poll(() => listener.state?.uploads, patiently).toEqual([])
      expect(lines).toMatchObject([{ fields: { outcome } }])
    },
  )

  it('tells of many short uploads four times a second', async () => {
    const { url } = await startReceiver()
    const { listener } = await listenTo(url)
    await eventually('the first state', () => listener.state !== undefined)
    const startedAt = performance.now()
    for (let count = 0; count < 100; count += 1) await post(url, [sample])
    await expect.poll(() => listener.state, patiently).toEqual(quiet)
    const states = listener.heard('receiving').length
    expect(states).toBeLessThanOrEqual(3 + (performance.now() - startedAt) / 250)
    // So does who looks at the rate alone see that there was something.
    expect(
      Math.max(...listener.heard('receiving').map((state) => state.bytesPerSecond)),
    ).toBeGreaterThan(0)
    expect(listener.heard('stored')).toHaveLength(100)
  })

  it('takes samples only while somebody listens and something is under way', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { url, port } = await startReceiver()
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 1000 })
    client.send(formatPart(sample))
    await post(url, [sample])
    expect(vi.getTimerCount()).toBe(0)
    const heartbeatAlone = 1
    const first = await listenTo(url)
    await expect.poll(() => first.listener.state?.uploads, patiently).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(heartbeatAlone + 1)
    first.leave()
    await expect.poll(() => vi.getTimerCount(), patiently).toBe(0)
    const second = await listenTo(url)
    await expect.poll(() => second.listener.state?.uploads, patiently).toHaveLength(1)
    client.socket.destroy()
    await expect
      .poll(() => {
        vi.advanceTimersByTime(250)
        return [second.listener.state?.uploads.length, vi.getTimerCount()]
      }, patiently)
      .toEqual([0, heartbeatAlone])
    second.leave()
    await expect.poll(() => vi.getTimerCount(), patiently).toBe(0)
  })

  it('answers HEAD with the head alone, and 405 to another method', async () => {
    const { url } = await startReceiver({ limits: { eventListeners: 1 } })
    for (let count = 0; count < 3; count += 1) {
      const head = await fetch(`${url}/events`, { method: 'HEAD' })
      expect([head.status, await head.text()]).toEqual([200, ''])
      expect(head.headers.get('Content-Type')).toBe('text/event-stream')
    }
    const posted = await fetch(`${url}/events`, { method: 'POST' })
    expect([posted.status, posted.headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('R-04 answers 503 to one listener too many, and takes it when another has left', async () => {
    expect(defaultLimits.eventListeners).toBe(100)
    const { url } = await startReceiver({ limits: { eventListeners: 2 } })
    const first = await listenTo(url)
    await listenTo(url)
    const refused = await get(`${url}/events`)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, '1'])
    expect(refused.body).toMatchObject({
      type: 'urn:wx-upload:problem:overloaded',
      limit: { name: 'eventListeners', value: 2 },
    })
    first.leave()
    await expect.poll(async () => (await listenTo(url)).response.status, patiently).toBe(200)
  })

  it('R-10 ends when the receiver closes, and is not to be had afterwards', async () => {
    const { url, receiver } = await startReceiver()
    const { listener, ended } = await listenTo(url)
    await eventually('the first state', () => listener.state !== undefined)
    await receiver.close()
    await ended
    const refused = await get(`${url}/events`)
    expect([refused.status, refused.body.type]).toEqual([503, 'urn:wx-upload:problem:stopping'])
  })

  it('says every 15 seconds that it is still there', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { url } = await startReceiver()
    const { listener } = await listenTo(url)
    vi.advanceTimersByTime(14_999)
    await delay(20)
    expect(listener.otherLines).toEqual(['retry: 1000'])
    vi.advanceTimersByTime(1)
    await expect.poll(() => listener.otherLines, patiently).toEqual(['retry: 1000', ': still here'])
  })
})
