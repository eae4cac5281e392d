import { describe, expect, it, onTestFinished } from 'vitest'
import {
  eventually,
  filesBelow,
  formatPart,
  halfDone,
  multipartBody,
  post,
  RawClient,
  startReceiver,
  patiently,
  writtenAhead,
} from '../receiver.fixture.ts'

describe('POST /upload, over a limit', () => {
  const file = (body: string) => ({ name: 'f', fileName: 'f.txt', body })
  const field = (body: string) => ({ name: 'x', body })
  it.each([
    ['fileSizeBytes', 4, 'a file is larger than 4 bytes', [file('1234')], [file('12345')]],
    [
      'totalSizeBytes',
      300,
      'the body is larger than 300 bytes',
      [file('1234')],
      [file('x'.repeat(300))],
    ],
    ['files', 1, 'there are more than 1 files', [file('1')], [file('1'), file('2')]],
    ['fields', 1, 'there are more than 1 fields', [field('1')], [field('1'), field('2')]],
    [
      'parts',
      2,
      'there are more than 2 files and fields',
      [file('1'), field('2')],
      [file('1'), field('2'), file('3')],
    ],
    ['fieldSizeBytes', 4, 'a field is larger than 4 bytes', [field('1234')], [field('12345')]],
    [
      'fieldsSizeBytes',
      4,
      'the fields together are larger than 4 bytes',
      [field('12'), field('34')],
      [field('12'), field('345')],
    ],
    [
      'headerSizeBytes',
      100,
      'the headers of a part are larger than 100 bytes',
      [field('1')],
      [{ ...field('1'), headers: `X: ${'x'.repeat(100)}\r\n` }],
    ],
  ])(
    'R-04 answers 413 to what is over %s, and takes what is just within',
    async (name, value, found, within, over) => {
      const { url, folder } = await startReceiver({ limits: { [name]: value } })
      expect((await post(url, within)).status).toBe(200)
      const before = await filesBelow(folder)
      const { status, body } = await post(url, over)
      expect(status).toBe(413)
      expect(body).toMatchObject({
        type: 'urn:wx-upload:problem:limit-exceeded',
        detail: `Receiving the upload: ${found}, the limit ${name}`,
        limit: { name, value },
      })
      expect(await filesBelow(folder)).toEqual(before)
      expect(await halfDone(folder)).toEqual([])
    },
  )

  it('R-04 refuses by Content-Length before it has read anything', async () => {
    const { port } = await startReceiver({ limits: { totalSizeBytes: 1000 } })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 1001 })
    await expect
      .poll(() => client.received, patiently)
      .toMatch(/^HTTP\/1\.1 413 .*the body is larger than 1000 bytes, the limit totalSizeBytes/s)
  })

  it('R-04 stops a chunked body that goes over the total size', async () => {
    const { port, folder } = await startReceiver({ limits: { totalSizeBytes: 100_000 } })
    const client = new RawClient(port)
    client.sendHead({ 'Transfer-Encoding': 'chunked' })
    const part = formatPart({ name: 'f', fileName: 'f.txt', body: 'x'.repeat(100_000) })
    client.send(`${part.length.toString(16)}\r\n`)
    client.send(part)
    await expect.poll(() => client.received, patiently).toMatch(/^HTTP\/1\.1 413 .*totalSizeBytes/s)
    expect(await filesBelow(folder)).toEqual([])
  })

  it.each([
    ['idleTimeMs', { idleTimeMs: 50 }],
    ['totalTimeMs', { totalTimeMs: 50 }],
    ['minRateBytesPerSecond', { minRateBytesPerSecond: 100_000, minRateWindowMs: 50 }],
  ])(
    'R-04 answers 408 to a client that is too slow for %s, and leaves nothing',
    async (name, limits) => {
      const { port, folder, lines } = await startReceiver({ limits })
      const client = new RawClient(port)
      client.sendHead({ 'Content-Length': 100_000 })
      client.send(formatPart({ name: 'f', fileName: 'f.txt', body: 'x' }))
      await expect
        .poll(() => client.received, patiently)
        .toMatch(
          new RegExp(`^HTTP/1.1 408 .*"urn:wx-upload:problem:too-slow".*"name":"${name}"`, 's'),
        )
      expect(await halfDone(folder)).toEqual([])
      expect(lines).toMatchObject([{ fields: { outcome: 'too-slow' } }])
    },
  )

  it('R-04 answers 408 to a client that sends a byte at a time, however steadily', async () => {
    const { port } = await startReceiver({
      limits: { idleTimeMs: 10_000, minRateBytesPerSecond: 10_000, minRateWindowMs: 100 },
    })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 100_000 })
    client.send(formatPart({ name: 'f', fileName: 'f.txt' }).subarray(0, -2))
    const drip = setInterval(() => client.send('x'), 10)
    try {
      await expect
        .poll(() => client.received, patiently)
        .toMatch(/^HTTP\/1\.1 408 .*minRateBytesPerSecond/s)
    } finally {
      clearInterval(drip)
    }
  })

  it('R-04 answers 503 with Retry-After to one upload too many, and takes it when there is room', async () => {
    const { port, url, folder } = await startReceiver({ limits: { concurrentUploads: 1 } })
    const part = formatPart({ name: 'f', fileName: 'f.txt', body: 'x'.repeat(writtenAhead) })
    const client = new RawClient(port)
    client.sendHead({ 'Content-Length': 2 * writtenAhead })
    client.send(part)
    await eventually('an upload under way', async () => (await halfDone(folder)).length === 1)
    const refused = await post(url, [{ name: 'x' }])
    expect(refused.status).toBe(503)
    expect(refused.headers.get('Retry-After')).toBe('1')
    expect(refused.body.type).toBe('urn:wx-upload:problem:overloaded')
    client.socket.destroy()
    await expect.poll(async () => (await post(url, [{ name: 'x' }])).status, patiently).toBe(200)
  })

  it('R-04 gives the place of the slowest upload to a new one where all are taken, and of none that is fast enough', async () => {
    const { port, url, folder } = await startReceiver({
      limits: {
        concurrentUploads: 2,
        minRateBytesPerSecond: 0,
        minRateWindowMs: 100,
        minRateWhenFullBytesPerSecond: 1e9,
      },
    })
    const [slow, faster] = [new RawClient(port), new RawClient(port)]
    for (const client of [slow, faster]) {
      client.sendHead({ 'Transfer-Encoding': 'chunked' })
      sendChunk(client, formatPart({ name: 'f', fileName: 'f.txt' }).subarray(0, -2))
    }
    const drip = setInterval(() => {
      sendChunk(slow, 'x')
      sendChunk(faster, 'x'.repeat(10_000))
    }, 10)
    onTestFinished(() => clearInterval(drip))
    await expect.poll(async () => (await post(url, [{ name: 'x' }])).status, patiently).toBe(200)
    await expect
      .poll(() => slow.received, patiently)
      .toMatch(/^HTTP\/1\.1 408 .*too-slow.*"name":"minRateWhenFullBytesPerSecond"/s)
    clearInterval(drip)
    sendChunk(faster, `\r\n${multipartBody([]).toString()}`)
    faster.send('0\r\n\r\n')
    await expect.poll(() => faster.received, patiently).toMatch(/^HTTP\/1\.1 200 /)
    expect(await halfDone(folder)).toEqual([])
  })
})

function sendChunk(client: RawClient, bytes: string | Uint8Array): void {
  client.send(`${bytes.length.toString(16)}\r\n`)
  client.send(bytes)
  client.send('\r\n')
}
