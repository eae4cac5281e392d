import type { Server, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  eventually,
  formatPart,
  patiently,
  post,
  RawClient,
  startReceiver,
} from '../receiver.fixture.ts'
import { EventListener, listenTo } from './event-listener.fixture.ts'
import { maxBehindBytes } from './event-stream.ts'

// As the largest that the limits allow.
const largeFields = { name: 'note', body: 'x'.repeat(250_000) }
const large = [largeFields, { ...largeFields, name: 'another' }]
const largestEventBytes = 501_000

afterEach(() => {
  vi.useRealTimers()
})

describe('a listener that does not read', () => {
  it('R-05 is let go when it is too far behind, and little is kept for it until then', async () => {
    const { url, server } = await startReceiver()
    const { response } = await listenWithoutReading(server)
    const { listener } = await listenTo(url)
    let mostBytes = 0
    let count = 0
    while (!response.destroyed) {
      await post(url, large)
      count += 1
      mostBytes = Math.max(mostBytes, response.writableLength)
    }
    expect(mostBytes).toBeGreaterThan(maxBehindBytes)
    expect(mostBytes).toBeLessThan(maxBehindBytes + largestEventBytes)
    await expect.poll(() => listener.heard('stored').length, patiently).toBe(count)
    // And the others go on.
    await post(url, large)
    await expect.poll(() => listener.heard('stored').length, patiently).toBe(count + 1)
  })

  it('misses states, and hears the last when it reads again', async () => {
    const { url, server, port } = await startReceiver()
    const { listener } = await listenTo(url)
    const { response, socket, slow } = await listenWithoutReading(server)
    await fill(response, url)
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 1000 })
    client.send(formatPart({ name: 'f', fileName: 'f.txt', body: 'x' }))
    const statesBefore = listener.heard('receiving').length
    await eventually('five more', () => listener.heard('receiving').length > statesBefore + 5)
    const waitingBytes = response.writableLength
    await eventually('ten more', () => listener.heard('receiving').length > statesBefore + 10)
    expect(response.writableLength).toBeLessThanOrEqual(waitingBytes)
    client.socket.destroy()
    await expect.poll(() => listener.state, patiently).toEqual({ bytesPerSecond: 0, uploads: [] })
    socket.resume()
    await expect.poll(() => slow.state, patiently).toEqual({ bytesPerSecond: 0, uploads: [] })
    expect(slow.heard('stored')).toEqual(listener.heard('stored'))
    expect(slow.heard('receiving').length).toBeLessThan(listener.heard('receiving').length - 10)
  })

  it('is let go after two heartbeats', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { url, server } = await startReceiver()
    const { response } = await listenWithoutReading(server)
    const { listener, ended } = await listenTo(url)
    await fill(response, url)
    await expect.poll(() => listener.heard('stored').length, patiently).toBeGreaterThan(0)
    vi.advanceTimersByTime(15_000)
    expect(response.destroyed).toBe(false)
    vi.advanceTimersByTime(15_000)
    expect(response.destroyed).toBe(true)
    await expect.poll(() => listener.otherLines, patiently).toHaveLength(3)
    await expect(Promise.race([ended, Promise.resolve('still there')])).resolves.toBe('still there')
  })

  it('R-10 does not keep the receiver from closing', async () => {
    const { url, server, receiver } = await startReceiver()
    const { response } = await listenWithoutReading(server)
    await fill(response, url)
    await receiver.close()
    expect(response.destroyed).toBe(true)
  })
})

/** Stores uploads until one of them waits for a listener as a whole: the system takes no more. */
async function fill(response: ServerResponse, url: string): Promise<void> {
  await eventually('an event that waits', async () => {
    await post(url, large)
    return response.writableLength > largestEventBytes
  })
}

/** A listener that reads nothing until its socket is resumed, and the answer that the server writes to it. */
async function listenWithoutReading(
  server: Server,
): Promise<{ response: ServerResponse; socket: Socket; slow: EventListener }> {
  const answer = new Promise<ServerResponse>((resolve) => {
    server.once('request', (_request, response) => resolve(response))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const socket = connect(address.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.pause()
  const slow = new EventListener()
  socket.setEncoding('utf8').on('data', (text: string) => slow.push(text))
  // Whose answers are not in chunks.
  socket.write('GET /events HTTP/1.0\r\nHost: x\r\n\r\n')
  const response = await answer
  await eventually('the head of the answer', () => response.headersSent)
  return { response, socket, slow }
}
